-- Names are found by one and two letters too, wherever they stand: the lists of parts are made anew.
DELETE FROM name_part;
{uncompressed_parts}
DELETE FROM name_due;
INSERT INTO name_due (organization_id, campaign_id, first_id, after_id)
SELECT organization_id, campaign_id, min(conversation_id), max(conversation_id) + 1
FROM conversation
GROUP BY organization_id, campaign_id;
