-- +goose Up
-- Requests to models, without what was asked or answered. Times that something
-- took are nanoseconds, costs are picodollars (US).
CREATE TABLE ai_requests (
    owner         INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id            TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    provider      TEXT    NOT NULL,
    model         TEXT    NOT NULL,
    purpose       TEXT    NOT NULL,
    stream        INTEGER NOT NULL,
    status        INTEGER NOT NULL,
    outcome       TEXT    NOT NULL,
    retries       INTEGER NOT NULL,
    hit           INTEGER NOT NULL,
    first_byte    INTEGER NOT NULL,
    duration      INTEGER NOT NULL,
    overhead      INTEGER NOT NULL,
    tokens_in     INTEGER, -- all three NULL if they are not known
    tokens_cached INTEGER,
    tokens_out    INTEGER,
    cost          INTEGER, -- NULL if it is not known
    PRIMARY KEY (owner, id)
) STRICT;
-- What a list is filtered by stands at the end, so that requests which are
-- passed over are never read themselves.
CREATE INDEX ai_requests_by_time ON ai_requests (owner, at, id, provider, model, purpose, outcome);
CREATE INDEX ai_requests_by_age  ON ai_requests (at);

-- What they add up to: it stays when the requests themselves are cleared.
CREATE TABLE ai_days (
    owner         INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    day           INTEGER NOT NULL, -- since 1970, in UTC
    provider      TEXT    NOT NULL,
    model         TEXT    NOT NULL,
    purpose       TEXT    NOT NULL,
    requests      INTEGER NOT NULL,
    failed        INTEGER NOT NULL,
    hits          INTEGER NOT NULL,
    tokens_in     INTEGER NOT NULL,
    tokens_cached INTEGER NOT NULL,
    tokens_out    INTEGER NOT NULL,
    cost          INTEGER NOT NULL,
    unpriced      INTEGER NOT NULL,
    PRIMARY KEY (owner, day, provider, model, purpose)
) STRICT, WITHOUT ROWID;

-- What a month has cost at a provider, with what is reserved: one row to look
-- at, and to lock, before a request is sent.
CREATE TABLE ai_months (
    owner    INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    month    INTEGER NOT NULL, -- since the year 0, in UTC
    provider TEXT    NOT NULL,
    cost     INTEGER NOT NULL,
    PRIMARY KEY (owner, month, provider)
) STRICT, WITHOUT ROWID;

-- What requests may cost that have no record with a cost yet.
CREATE TABLE ai_reservations (
    owner    INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id       TEXT    NOT NULL, -- that of the request
    month    INTEGER NOT NULL,
    provider TEXT    NOT NULL,
    amount   INTEGER NOT NULL,
    PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ai_minutes (
    owner  INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    minute INTEGER NOT NULL, -- since 1970
    used   INTEGER NOT NULL,
    PRIMARY KEY (owner, minute)
) STRICT, WITHOUT ROWID;

-- How many answers each process is streaming to an owner.
CREATE TABLE ai_streams (
    owner   INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    process TEXT    NOT NULL,
    streams INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    PRIMARY KEY (owner, process)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE ai_streams;
DROP TABLE ai_minutes;
DROP TABLE ai_reservations;
DROP TABLE ai_months;
DROP TABLE ai_days;
DROP TABLE ai_requests;
