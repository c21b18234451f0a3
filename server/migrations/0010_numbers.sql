-- Which conversations a phone number has. It stands beside contact, not in an index of it: a file's numbers are in no
-- order, so that each row of an import would change another page of the index, and as many would have to be written at
-- each of its commits. Here they are added in their own order, hundreds to a page.
CREATE TABLE contact_number (
    organization_id BIGINT NOT NULL,
    phone TEXT NOT NULL,
    campaign_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    PRIMARY KEY (organization_id, phone, campaign_id)
) {clustered};
INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
SELECT organization_id, phone, campaign_id, conversation_id FROM contact
ORDER BY organization_id, phone, campaign_id;
{contact_without_numbers}

-- An import on its way into a campaign, one at a time. Its contacts, whose ids are from first_id to before after_id, come
-- in by many small transactions, and nobody sees them: a contact is there once it has a conversation.
CREATE TABLE arrival (
    organization_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    first_id BIGINT NOT NULL,
    after_id BIGINT NOT NULL,
    -- What the import did, as JSON, once all of its contacts are there: from then on it is completed, whatever happens.
    -- Until then it is NULL, and they are removed.
    result TEXT,
    -- When whoever runs it was last heard of.
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, campaign_id)
) {clustered};
