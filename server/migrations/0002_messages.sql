-- Messages on their way out and in, surveys, recommended replies and follow-ups, hours, and what an organization
-- allows.

ALTER TABLE organization ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'America/New_York';
-- What texters may: see phone numbers, send to many with one click.
ALTER TABLE organization ADD COLUMN phones_visible SMALLINT NOT NULL DEFAULT 0 CHECK (phones_visible IN (0, 1));
ALTER TABLE organization ADD COLUMN send_all SMALLINT NOT NULL DEFAULT 0 CHECK (send_all IN (0, 1));

-- The hours are minutes of the day in the campaign's time zone. The window concerns initial messages alone.
ALTER TABLE campaign ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'America/New_York';
ALTER TABLE campaign ADD COLUMN opens SMALLINT NOT NULL DEFAULT 540;
ALTER TABLE campaign ADD COLUMN closes SMALLINT NOT NULL DEFAULT 1260;
ALTER TABLE campaign ADD COLUMN initial_from BIGINT;
ALTER TABLE campaign ADD COLUMN initial_until BIGINT;

-- A conversation's messages lie together: a thread is one range. They are shown by written_at, which is the server's
-- clock; the id of a message of ours is made by the page, so that the same click again is the same row.
CREATE TABLE message (
    organization_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    direction SMALLINT NOT NULL CHECK (direction IN (1, 2)),
    -- Of ours: what it is for, and what became of it. Larger states outweigh smaller ones.
    kind SMALLINT CHECK (kind BETWEEN 1 AND 5),
    delivery SMALLINT,
    -- Of theirs: what it asks for.
    asks SMALLINT CHECK (asks BETWEEN 1 AND 4),
    body TEXT NOT NULL,
    segments SMALLINT NOT NULL,
    written_at BIGINT NOT NULL,
    -- NULL for the contact and for the program itself.
    written_by BIGINT,
    follow_up_id BIGINT,
    -- The gateway's own name of it: what comes twice is known by it, and reports are about it.
    gateway_id TEXT,
    PRIMARY KEY (organization_id, conversation_id, message_id)
) {clustered};
CREATE UNIQUE INDEX message_by_gateway ON message (organization_id, gateway_id) WHERE gateway_id IS NOT NULL;

-- Deployment: the queue of what waits to be handed to the gateway, of all organizations. Whoever takes a row first
-- moves due_at on: if they die, it is due again then. What was handed over or given up is deleted.
CREATE TABLE outbox (
    organization_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    phone TEXT NOT NULL,
    kind SMALLINT NOT NULL,
    due_at BIGINT NOT NULL,
    tries SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, conversation_id, message_id)
) {clustered};
CREATE INDEX outbox_by_due ON outbox (due_at, message_id);

-- What numbers write that no conversation of the organization has.
CREATE TABLE unknown_inbound (
    organization_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    phone TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    gateway_id TEXT NOT NULL,
    PRIMARY KEY (organization_id, message_id),
    UNIQUE (organization_id, gateway_id),
    FOREIGN KEY (organization_id) REFERENCES organization (organization_id)
) {clustered};
CREATE INDEX unknown_inbound_by_phone ON unknown_inbound (organization_id, phone, message_id);

-- Why the admins were called to a conversation: one row as long as the conversation is flagged.
CREATE TABLE escalation (
    organization_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    note TEXT NOT NULL,
    escalated_at BIGINT NOT NULL,
    escalated_by BIGINT NOT NULL,
    PRIMARY KEY (organization_id, conversation_id)
) {clustered};

-- Questions and choices that were deleted stay, for the answers that were recorded with them.
CREATE TABLE survey_question (
    organization_id BIGINT NOT NULL,
    question_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    place SMALLINT NOT NULL,
    text TEXT NOT NULL,
    -- 1 if one of its choices is the answer, 0 if it is answered in words.
    chosen SMALLINT NOT NULL CHECK (chosen IN (0, 1)),
    deleted_at BIGINT,
    PRIMARY KEY (organization_id, question_id),
    FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, campaign_id)
) {clustered};
CREATE INDEX survey_question_by_campaign ON survey_question (organization_id, campaign_id, place);

CREATE TABLE survey_choice (
    organization_id BIGINT NOT NULL,
    question_id BIGINT NOT NULL,
    choice_id BIGINT NOT NULL,
    place SMALLINT NOT NULL,
    text TEXT NOT NULL,
    deleted_at BIGINT,
    PRIMARY KEY (organization_id, question_id, choice_id),
    FOREIGN KEY (organization_id, question_id) REFERENCES survey_question (organization_id, question_id)
) {clustered};

CREATE TABLE survey_answer (
    organization_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    question_id BIGINT NOT NULL,
    -- One of them is NULL.
    choice_id BIGINT,
    text TEXT,
    answered_at BIGINT NOT NULL,
    answered_by BIGINT NOT NULL,
    PRIMARY KEY (organization_id, conversation_id, question_id),
    FOREIGN KEY (organization_id, question_id) REFERENCES survey_question (organization_id, question_id)
) {clustered};

CREATE TABLE recommended_reply (
    organization_id BIGINT NOT NULL,
    reply_id BIGINT NOT NULL,
    -- NULL is for every campaign of the organization.
    campaign_id BIGINT,
    place SMALLINT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (organization_id, reply_id),
    FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, campaign_id)
) {clustered};
CREATE INDEX recommended_reply_by_campaign ON recommended_reply (organization_id, campaign_id, place);

CREATE TABLE follow_up (
    organization_id BIGINT NOT NULL,
    follow_up_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    -- Who is meant: 1 everyone, 2 one status, 3 one answer.
    audience SMALLINT NOT NULL CHECK (audience BETWEEN 1 AND 3),
    status SMALLINT CHECK (status BETWEEN 1 AND 5),
    question_id BIGINT,
    choice_id BIGINT,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    PRIMARY KEY (organization_id, follow_up_id),
    FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, campaign_id)
) {clustered};
CREATE INDEX follow_up_by_campaign ON follow_up (organization_id, campaign_id, created_at);

-- Which conversation got which: once.
CREATE TABLE follow_up_sent (
    organization_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    follow_up_id BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, follow_up_id, conversation_id)
) {clustered};
