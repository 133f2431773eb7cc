-- +goose Up
-- Requests to models, without what was asked or answered. Times that something
-- took are nanoseconds, costs are picodollars (US).
CREATE TABLE ai_requests (
    owner         BIGINT           NOT NULL REFERENCES users ON DELETE CASCADE,
    id            TEXT COLLATE "C" NOT NULL,
    at            BIGINT           NOT NULL,
    provider      TEXT             NOT NULL,
    model         TEXT             NOT NULL,
    purpose       TEXT             NOT NULL,
    stream        BOOLEAN          NOT NULL,
    status        BIGINT           NOT NULL,
    outcome       TEXT             NOT NULL,
    retries       BIGINT           NOT NULL,
    hit           BOOLEAN          NOT NULL,
    first_byte    BIGINT           NOT NULL,
    duration      BIGINT           NOT NULL,
    overhead      BIGINT           NOT NULL,
    tokens_in     BIGINT, -- all three NULL if they are not known
    tokens_cached BIGINT,
    tokens_out    BIGINT,
    cost          BIGINT, -- NULL if it is not known
    PRIMARY KEY (owner, id)
);
-- What a list is filtered by stands at the end, so that requests which are
-- passed over are never read themselves.
CREATE INDEX ai_requests_by_time ON ai_requests (owner, at, id, provider, model, purpose, outcome);
CREATE INDEX ai_requests_by_age  ON ai_requests (at);

-- What they add up to: it stays when the requests themselves are cleared.
CREATE TABLE ai_days (
    owner         BIGINT           NOT NULL REFERENCES users ON DELETE CASCADE,
    day           BIGINT           NOT NULL, -- since 1970, in UTC
    provider      TEXT COLLATE "C" NOT NULL,
    model         TEXT COLLATE "C" NOT NULL,
    purpose       TEXT COLLATE "C" NOT NULL,
    requests      BIGINT           NOT NULL,
    failed        BIGINT           NOT NULL,
    hits          BIGINT           NOT NULL,
    tokens_in     BIGINT           NOT NULL,
    tokens_cached BIGINT           NOT NULL,
    tokens_out    BIGINT           NOT NULL,
    cost          BIGINT           NOT NULL,
    unpriced      BIGINT           NOT NULL,
    PRIMARY KEY (owner, day, provider, model, purpose)
);

-- What a month has cost at a provider, with what is reserved: one row to look
-- at, and to lock, before a request is sent.
CREATE TABLE ai_months (
    owner    BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    month    BIGINT NOT NULL, -- since the year 0, in UTC
    provider TEXT   NOT NULL,
    cost     BIGINT NOT NULL,
    PRIMARY KEY (owner, month, provider)
);

-- What requests may cost that have no record with a cost yet.
CREATE TABLE ai_reservations (
    owner    BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    id       TEXT   NOT NULL, -- that of the request
    month    BIGINT NOT NULL,
    provider TEXT   NOT NULL,
    amount   BIGINT NOT NULL,
    PRIMARY KEY (owner, id)
);

CREATE TABLE ai_minutes (
    owner  BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    minute BIGINT NOT NULL, -- since 1970
    used   BIGINT NOT NULL,
    PRIMARY KEY (owner, minute)
);

-- How many answers each process is streaming to an owner.
CREATE TABLE ai_streams (
    owner   BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    process TEXT   NOT NULL,
    streams BIGINT NOT NULL,
    until   BIGINT NOT NULL,
    PRIMARY KEY (owner, process)
);

-- +goose Down
DROP TABLE ai_streams;
DROP TABLE ai_minutes;
DROP TABLE ai_reservations;
DROP TABLE ai_months;
DROP TABLE ai_days;
DROP TABLE ai_requests;
