-- Whom an admin added by an address is invited until the organization's own one-time link was used. Until then the
-- membership opens nothing.
ALTER TABLE member ADD COLUMN invited SMALLINT NOT NULL DEFAULT 0 CHECK (invited IN (0, 1));
-- Who was never there, with an account that has no password yet or that somebody may have made elsewhere.
UPDATE member SET invited = 1
WHERE last_seen_at IS NULL AND (
    (SELECT account.password_hash FROM account WHERE account.account_id = member.account_id) IS NULL
    OR EXISTS (SELECT 1 FROM membership
        WHERE membership.account_id = member.account_id AND membership.organization_id <> member.organization_id)
);

-- How often a password was tried through the link, the attempts under way among them.
ALTER TABLE one_time_link ADD COLUMN guesses SMALLINT NOT NULL DEFAULT 0;

-- Who held a conversation until it changed hands by itself: whoever once held it learns where it went, and nobody else
-- that it exists. What moved in bulk is in the lists of the history.
CREATE TABLE once_held (
    organization_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    PRIMARY KEY (organization_id, conversation_id, member_id)
) {clustered};
CREATE INDEX operation_move_by_from ON operation_move (organization_id, from_id, operation_id) WHERE from_id IS NOT NULL;
