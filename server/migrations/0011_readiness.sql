-- What /health/ready writes, to know that something can be written: one row, written over again and again.
CREATE TABLE readiness (
    readiness_id SMALLINT NOT NULL PRIMARY KEY,
    filling TEXT NOT NULL,
    tried_at BIGINT NOT NULL
);
