-- +goose Up
-- Keys of people to providers of models. A key is sealed by the vault for its
-- user, provider and record; nothing in the database opens it.
CREATE TABLE provider_keys (
    owner          INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    provider       TEXT    NOT NULL,
    record         TEXT    NOT NULL, -- made anew with every key
    sealed         BLOB    NOT NULL,
    last4          TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    last_used_at   INTEGER NOT NULL, -- 0 if never
    test_verdict   TEXT    NOT NULL, -- of the last test, '' if there was none
    test_remaining REAL, -- US dollars, if the provider said it
    tested_at      INTEGER NOT NULL, -- 0 if never
    cap            INTEGER, -- picodollars in a month, NULL for any amount
    PRIMARY KEY (owner, provider)
) STRICT, WITHOUT ROWID;

-- What was done with them, a chain of hashes for each owner. Nothing is ever
-- changed or deleted here but with the user.
CREATE TABLE audit (
    owner    INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    number   INTEGER NOT NULL, -- 1, 2, 3 … without a gap
    at       INTEGER NOT NULL,
    action   TEXT    NOT NULL,
    provider TEXT    NOT NULL,
    purpose  TEXT    NOT NULL,
    request  TEXT    NOT NULL,
    detail   TEXT    NOT NULL,
    previous BLOB    NOT NULL,
    hash     BLOB    NOT NULL,
    PRIMARY KEY (owner, number)
) STRICT, WITHOUT ROWID;

-- One record that tells whether the encryption key is the right one.
CREATE TABLE canary (
    one    INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    sealed BLOB    NOT NULL
) STRICT;

-- +goose Down
DROP TABLE canary;
DROP TABLE audit;
DROP TABLE provider_keys;
