-- The names of contacts as they are sorted and searched, beside the contacts: an import is committed before they are
-- here, and does not wait for them.

-- In the order of A–Z. A name here is folded: handoff-core, contact/search.rs. {binary} compares bytes.
CREATE TABLE contact_name (
    organization_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    name TEXT {binary} NOT NULL,
    conversation_id BIGINT NOT NULL,
    PRIMARY KEY (organization_id, campaign_id, name, conversation_id)
) {clustered};

-- In which conversations' contacts' names three letters are, thousands of contacts at a time: handoff-core,
-- contact/parts.rs. A conversation may be in a list by a name that was corrected since: whoever reads it looks.
CREATE TABLE name_part (
    organization_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    part TEXT {binary} NOT NULL,
    -- The first conversation of those taken in together, or an id of its own for a corrected name.
    batch BIGINT NOT NULL,
    -- How many conversations are in the list.
    held BIGINT NOT NULL,
    conversations TEXT NOT NULL,
    PRIMARY KEY (organization_id, campaign_id, part, batch)
) {clustered};

-- The contacts that are not there yet: from the first conversation to before another.
CREATE TABLE name_due (
    organization_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    first_id BIGINT NOT NULL,
    after_id BIGINT NOT NULL,
    PRIMARY KEY (organization_id, campaign_id, first_id)
) {clustered};

INSERT INTO name_due (organization_id, campaign_id, first_id, after_id)
SELECT organization_id, campaign_id, min(conversation_id), max(conversation_id) + 1
FROM conversation
GROUP BY organization_id, campaign_id;

-- Finds namesakes.
CREATE INDEX member_by_name ON member (organization_id, name);
