-- One text for both engines. {bytes} becomes BLOB or BYTEA; {clustered} keeps SQLite's rows in the order of
-- their primary key. Instants are microseconds since 1970 in UTC; enums are the numbers in handoff-core.

-- Deployment: who can sign in, on which browsers, and in which organizations.

CREATE TABLE account (
    account_id BIGINT NOT NULL PRIMARY KEY,
    -- In lower case.
    email TEXT NOT NULL UNIQUE,
    -- NULL until the person has chosen a password through a one-time link.
    password_hash TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE membership (
    account_id BIGINT NOT NULL,
    organization_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, organization_id)
) {clustered};

CREATE TABLE session (
    -- SHA-256 of the token, in hexadecimal. The token itself is only in the browser.
    token_hash TEXT NOT NULL PRIMARY KEY,
    session_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    organization_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    browser TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_account ON session (account_id, session_id);
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE one_time_link (
    token_hash TEXT NOT NULL PRIMARY KEY,
    -- NULL for the link that sets up the first admin.
    account_id BIGINT,
    organization_id BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX one_time_link_by_account ON one_time_link (account_id);

-- Tenants.

CREATE TABLE organization (
    organization_id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE member (
    organization_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    role SMALLINT NOT NULL CHECK (role IN (1, 2)),
    active SMALLINT NOT NULL CHECK (active IN (0, 1)),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT,
    PRIMARY KEY (organization_id, member_id),
    UNIQUE (organization_id, account_id),
    FOREIGN KEY (organization_id) REFERENCES organization (organization_id)
) {clustered};

CREATE TABLE campaign (
    organization_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    status SMALLINT NOT NULL CHECK (status BETWEEN 1 AND 4),
    initial_message TEXT NOT NULL,
    -- A JSON array of the names of custom fields, in the order of first import.
    custom_fields TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    PRIMARY KEY (organization_id, campaign_id),
    FOREIGN KEY (organization_id) REFERENCES organization (organization_id)
) {clustered};

CREATE TABLE campaign_texter (
    organization_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, campaign_id, member_id),
    FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, campaign_id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member (organization_id, member_id)
) {clustered};
CREATE INDEX campaign_texter_by_member ON campaign_texter (organization_id, member_id);

-- A contact is a person in one campaign, and has one conversation, under the same id. They are two tables
-- because a bulk move rewrites the rows of one of them, which is kept narrow for it.
CREATE TABLE contact (
    organization_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    phone TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    -- A JSON object of the custom fields.
    fields TEXT NOT NULL,
    PRIMARY KEY (organization_id, conversation_id),
    UNIQUE (organization_id, phone, campaign_id)
) {clustered};

CREATE TABLE conversation (
    organization_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    -- The owner, and nowhere else. NULL is Unassigned. No foreign key: it would look up each of a million
    -- moved rows, where the transaction has checked the few targets once.
    assignee_id BIGINT,
    status SMALLINT NOT NULL CHECK (status BETWEEN 1 AND 5),
    opted_out SMALLINT NOT NULL DEFAULT 0 CHECK (opted_out IN (0, 1)),
    escalated SMALLINT NOT NULL DEFAULT 0 CHECK (escalated IN (0, 1)),
    -- Where it stands for every count: its status, or 6, opted out. Whoever writes those writes this. It is no
    -- generated column: SQLite reads the table for one even where an index holds it.
    standing SMALLINT NOT NULL CHECK (standing = CASE WHEN opted_out = 1 THEN 6 ELSE status END),
    -- What orders conversations of the same standing: the instant since which it waits; 0 while not started.
    waiting_since BIGINT NOT NULL DEFAULT 0,
    contact_wrote_at BIGINT,
    we_wrote_at BIGINT,
    -- When the assignee themself last wrote. Decides whether an undo may take it from them.
    assignee_wrote_at BIGINT,
    assigned_at BIGINT,
    PRIMARY KEY (organization_id, conversation_id),
    FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, campaign_id)
) {clustered};
-- The only index that a move touches. Its order is the order of taking, so that the tally, the ranking of what
-- is taken and every texter's list are read from it alone, without sorting.
CREATE INDEX conversation_by_assignee
    ON conversation (organization_id, campaign_id, assignee_id, standing, waiting_since, conversation_id);

CREATE TABLE opt_out (
    organization_id BIGINT NOT NULL,
    phone TEXT NOT NULL,
    opted_out_at BIGINT NOT NULL,
    opted_out_by BIGINT,
    PRIMARY KEY (organization_id, phone)
) {clustered};

CREATE TABLE operation (
    organization_id BIGINT NOT NULL,
    operation_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    kind SMALLINT NOT NULL CHECK (kind BETWEEN 1 AND 4),
    committed_at BIGINT NOT NULL,
    committed_by BIGINT NOT NULL,
    -- What was asked for, as JSON, and the fingerprint of the plan: a retry must have the same.
    request TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    moved BIGINT NOT NULL,
    -- What was asked for and what it did, in words, with names as they were then.
    words TEXT NOT NULL,
    headline TEXT NOT NULL,
    -- The per-person table, as JSON: names with the changes.
    people TEXT NOT NULL,
    -- Who was served in which order, as JSON.
    layout TEXT NOT NULL,
    undoes BIGINT,
    PRIMARY KEY (organization_id, operation_id),
    FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, campaign_id)
) {clustered};
CREATE INDEX operation_by_time ON operation (organization_id, campaign_id, committed_at, operation_id);
CREATE INDEX operation_by_undone ON operation (organization_id, undoes);

-- What an operation moved: the conversations in the order in which they were dealt, as lists of their ids less the
-- first of each list. Whose each one became follows from its place and the operation's layout. A list holds
-- thousands, so that keeping the history for ever costs next to nothing beside the move.
CREATE TABLE operation_move (
    organization_id BIGINT NOT NULL,
    operation_id BIGINT NOT NULL,
    -- The place of the first conversation of the list in the deal, from 0.
    first_place BIGINT NOT NULL,
    -- Whose they were. NULL is Unassigned.
    from_id BIGINT,
    moved BIGINT NOT NULL,
    first_id BIGINT NOT NULL,
    -- Differences to first_id, separated by commas.
    conversations TEXT NOT NULL,
    PRIMARY KEY (organization_id, operation_id, first_place),
    FOREIGN KEY (organization_id, operation_id) REFERENCES operation (organization_id, operation_id)
) {clustered};

CREATE TABLE contact_import (
    organization_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    file {bytes} NOT NULL,
    uploaded_at BIGINT NOT NULL,
    uploaded_by BIGINT NOT NULL,
    -- 1 ready, 2 running, 3 done, 4 failed.
    status SMALLINT NOT NULL CHECK (status BETWEEN 1 AND 4),
    -- The mapping and what came of it, as JSON.
    columns TEXT,
    result TEXT,
    finished_at BIGINT,
    PRIMARY KEY (organization_id, import_id),
    FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, campaign_id)
);
CREATE INDEX contact_import_by_campaign ON contact_import (organization_id, campaign_id, uploaded_at);
