-- +goose Up
-- What people said of understanding many ideas at once.
CREATE TABLE bulk_choices (
    owner   BIGINT  PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    paused  BOOLEAN NOT NULL, -- until somebody goes on
    model   TEXT    NOT NULL, -- that was to do it, or was not
    version BIGINT  NOT NULL
);
-- A lane 2 is of jobs that wait until somebody starts them.
CREATE INDEX jobs_by_owner ON jobs (owner, lane);

-- +goose Down
DROP INDEX jobs_by_owner;
DROP TABLE bulk_choices;
UPDATE jobs SET lane = 1 WHERE lane = 2;
