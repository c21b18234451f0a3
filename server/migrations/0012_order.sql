-- The order in which messages were written, reactions, hours that open, and answers to archived campaigns.

-- The number of a message in its conversation, counted by the server while the conversation is held: the order in which
-- messages were written, whatever their ids and whoever's clock. Those from before have 0: they come first, by written_at.
ALTER TABLE message ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
-- One more thing that a message may be: a reaction.
{reactions}

-- What was written first leaves first.
ALTER TABLE outbox ADD COLUMN written_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
-- 1 while it waits for the campaign's hours to open, and for nothing else.
ALTER TABLE outbox ADD COLUMN waits SMALLINT NOT NULL DEFAULT 0 CHECK (waits IN (0, 1));
UPDATE outbox SET written_at = coalesce((
    SELECT message.written_at FROM message
    WHERE message.organization_id = outbox.organization_id AND message.conversation_id = outbox.conversation_id
        AND message.message_id = outbox.message_id
), 0);
DROP INDEX outbox_by_due;
CREATE INDEX outbox_by_due ON outbox (due_at, written_at, sequence);
-- When hours change, what waits for them is found by this.
CREATE INDEX outbox_that_waits ON outbox (organization_id, campaign_id) WHERE waits = 1;

-- How many answers an archived campaign got since it was archived.
ALTER TABLE campaign ADD COLUMN late_replies BIGINT NOT NULL DEFAULT 0;
