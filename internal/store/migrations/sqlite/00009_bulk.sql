-- +goose Up
-- What people said of understanding many ideas at once.
CREATE TABLE bulk_choices (
    owner   INTEGER PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    paused  INTEGER NOT NULL, -- 1 until somebody goes on
    model   TEXT    NOT NULL, -- that was to do it, or was not
    version INTEGER NOT NULL
) STRICT;
-- A lane 2 is of jobs that wait until somebody starts them.
CREATE INDEX jobs_by_owner ON jobs (owner, lane);

-- +goose Down
DROP INDEX jobs_by_owner;
DROP TABLE bulk_choices;
UPDATE jobs SET lane = 1 WHERE lane = 2;
