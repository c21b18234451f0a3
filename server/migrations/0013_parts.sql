-- Names are found by one and two letters too, wherever they stand: the lists of parts are made anew.
-- Names too: some were there by what they had been corrected from.
DELETE FROM name_part;
DELETE FROM contact_name;
{uncompressed_parts}
DELETE FROM name_due;
-- How often a name that is due was corrected: who has read it before that reads it again.
ALTER TABLE name_due ADD COLUMN corrected BIGINT NOT NULL DEFAULT 0;
-- Of an import that is decided and not completed yet, not all contacts have a conversation; nobody notes their names later.
INSERT INTO name_due (organization_id, campaign_id, first_id, after_id)
SELECT organization_id, campaign_id, min(first_id), max(after_id) FROM (
    SELECT organization_id, campaign_id, min(conversation_id) AS first_id, max(conversation_id) + 1 AS after_id
    FROM conversation GROUP BY organization_id, campaign_id
    UNION ALL SELECT organization_id, campaign_id, first_id, after_id FROM arrival WHERE result IS NOT NULL
) AS known
GROUP BY organization_id, campaign_id;
