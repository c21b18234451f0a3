-- Invite links that can be copied at any time, limits on who joins by them, and the history by kind and person.

-- Deployment: the key of the server, where whoever runs it has given none.
CREATE TABLE server_key (
    name TEXT NOT NULL PRIMARY KEY,
    -- 256 random bits, in hexadecimal.
    key TEXT NOT NULL,
    made_at BIGINT NOT NULL
);

-- The token of a link follows from this id and the server's key. Those of earlier links were random.
ALTER TABLE invite_link ADD COLUMN link_id BIGINT;
-- How many people may join by it. NULL is as many as want to.
ALTER TABLE invite_link ADD COLUMN most_people BIGINT;
-- When all that was taken of its pace has come back.
ALTER TABLE invite_link ADD COLUMN recovered_at BIGINT;
UPDATE invite_link SET link_id = made_at;

-- By which link somebody became a texter of the campaign. NULL: they were one already.
ALTER TABLE invite_join ADD COLUMN link_id BIGINT;
UPDATE invite_join SET link_id = (
    SELECT max(invite_link.link_id) FROM invite_link
    WHERE invite_link.organization_id = invite_join.organization_id
        AND invite_link.campaign_id = invite_join.campaign_id AND invite_link.made_at <= invite_join.joined_at
)
WHERE EXISTS (
    SELECT 1 FROM campaign_texter
    WHERE campaign_texter.organization_id = invite_join.organization_id
        AND campaign_texter.campaign_id = invite_join.campaign_id
        AND campaign_texter.member_id = invite_join.member_id AND campaign_texter.added_at = invite_join.joined_at
);
CREATE INDEX invite_join_by_link ON invite_join (organization_id, campaign_id, link_id, joined_at);

-- Who committed an operation and whom it concerned, so that the history of one person is read from an index.
CREATE TABLE operation_person (
    organization_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    committed_at BIGINT NOT NULL,
    operation_id BIGINT NOT NULL,
    PRIMARY KEY (organization_id, campaign_id, member_id, kind, committed_at, operation_id)
) {clustered};
{operation_people}
CREATE INDEX operation_by_kind ON operation (organization_id, campaign_id, kind, committed_at, operation_id);
-- One more kind of operations.
{operation_revocation}

-- Who opted out, the latest first.
CREATE INDEX opt_out_by_time ON opt_out (organization_id, opted_out_at, phone);
