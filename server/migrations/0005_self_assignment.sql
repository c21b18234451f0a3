-- Self assignment: what a campaign hands out, who joined by its invite link, and what became of its pool.

ALTER TABLE organization ADD COLUMN batch_size BIGINT NOT NULL DEFAULT 300;
ALTER TABLE campaign ADD COLUMN self_assignment SMALLINT NOT NULL DEFAULT 0 CHECK (self_assignment IN (0, 1));
-- NULL is the organization's.
ALTER TABLE campaign ADD COLUMN batch_size BIGINT;
ALTER TABLE campaign ADD COLUMN pool_kind SMALLINT NOT NULL DEFAULT 3 CHECK (pool_kind BETWEEN 1 AND 3);
-- How many conversations one texter may hold. NULL is as many as they want.
ALTER TABLE campaign ADD COLUMN ceiling BIGINT;

-- Deployment: invite links are found by their token, before anybody knows the organization. The last one of a campaign
-- stays when it is disabled, so that it can be told from one that never was.
CREATE TABLE invite_link (
    -- SHA-256 of the token, in hexadecimal. The token itself is only in the link.
    token_hash TEXT NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    disabled_at BIGINT
);
CREATE INDEX invite_link_by_campaign ON invite_link (organization_id, campaign_id, made_at);

-- Who joined a campaign by an invite link.
CREATE TABLE invite_join (
    organization_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    -- The id of the first request, which is made without being asked for, and when it was answered: never again.
    operation_id BIGINT NOT NULL,
    first_requested_at BIGINT,
    PRIMARY KEY (organization_id, campaign_id, member_id),
    FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, campaign_id)
) {clustered};

-- By how many conversations the operation made Unassigned more, or fewer. NULL where it was not noted.
ALTER TABLE operation ADD COLUMN unassigned_change BIGINT;
-- What became of the pool, and how much texters requested, is summed up from this index alone.
DROP INDEX operation_by_time;
CREATE INDEX operation_by_time ON operation
    (organization_id, campaign_id, committed_at, operation_id, unassigned_change, kind, committed_by, moved);
-- Most operations undo nothing.
DROP INDEX operation_by_undone;
CREATE INDEX operation_by_undone ON operation (organization_id, undoes) WHERE undoes IS NOT NULL;
-- Two more kinds of operations.
{operation_kinds}
-- What a request moves is recorded in the statement that moves it, before the operation itself.
{operation_later}
