-- Everything that somebody has is keyed by users.owner first. Times are
-- microseconds since 1970 in UTC.

-- +goose Up
CREATE TABLE users (
    owner         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- never given twice
    id            TEXT   NOT NULL UNIQUE,           -- what the API shows
    email         TEXT   NOT NULL UNIQUE,
    display_name  TEXT   NOT NULL,
    avatar_url    TEXT   NOT NULL,
    plan          TEXT   NOT NULL,
    settings      TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);

CREATE TABLE sessions (
    owner      BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    hash       BYTEA  NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (owner, hash)
);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE api_keys (
    owner        BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    id           TEXT   NOT NULL,
    hash         BYTEA  NOT NULL UNIQUE,
    label        TEXT   NOT NULL,
    scopes       TEXT   NOT NULL, -- with a space between them
    last4        TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL, -- 0 if never
    PRIMARY KEY (owner, id)
);

CREATE TABLE quotas (
    owner BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    day   BIGINT NOT NULL, -- since 1970
    used  BIGINT NOT NULL,
    PRIMARY KEY (owner, day)
);

-- The last number that was given to a noun of an owner: ideas, tags and so on
-- are numbered 1, 2, 3 … for each owner alone. The noun change counts the
-- transactions that changed something.
CREATE TABLE counters (
    owner BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    noun  TEXT   NOT NULL,
    last  BIGINT NOT NULL,
    PRIMARY KEY (owner, noun)
);

-- +goose Down
DROP TABLE counters;
DROP TABLE quotas;
DROP TABLE api_keys;
DROP TABLE sessions;
DROP TABLE users;
