-- Contact files in parts, so that storing and reading one never takes a multiple of its size in memory; and what an
-- admin decided about a file, beside what its columns are.
CREATE TABLE contact_import_part (
    organization_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    part BIGINT NOT NULL,
    bytes {bytes} NOT NULL,
    PRIMARY KEY (organization_id, import_id, part),
    FOREIGN KEY (organization_id, import_id) REFERENCES contact_import (organization_id, import_id) ON DELETE CASCADE
);

-- A file has at most 64 MB.
WITH RECURSIVE number (part) AS (SELECT 0 UNION ALL SELECT part + 1 FROM number WHERE part < 63)
INSERT INTO contact_import_part (organization_id, import_id, part, bytes)
SELECT contact_import.organization_id, contact_import.import_id, number.part,
    substr(contact_import.file, number.part * 1000000 + 1, 1000000)
FROM contact_import
JOIN number ON number.part * 1000000 < length(contact_import.file);

-- How many bytes the file has.
ALTER TABLE contact_import ADD COLUMN size BIGINT NOT NULL DEFAULT 0;
-- How the file is read, what its columns are, and who is imported, as JSON.
ALTER TABLE contact_import ADD COLUMN choices TEXT;
UPDATE contact_import SET size = length(file), choices = '{"columns":' || columns || '}';
ALTER TABLE contact_import DROP COLUMN columns;
ALTER TABLE contact_import DROP COLUMN file;
