-- Which operation moved a conversation last, and whose it was before: NULL once it is given to somebody by no operation.
-- What an operation moved and nobody touched since goes back by these alone, as fast as one update.
ALTER TABLE conversation ADD COLUMN moved_by BIGINT;
ALTER TABLE conversation ADD COLUMN previous_id BIGINT;
-- Compressing the lists of the history takes as long as writing them, and saves half of little.
{uncompressed}
-- What SQLite would find out of a large campaign if it counted: without it, it guesses that the key of a conversation
-- leads to as few as the index by assignee, and goes through the whole organization.
{statistics}
