-- +goose Up
-- Letters to people. What one said is cleared when its delivery has ended; the
-- row stays for a while, so that it is not queued again.
CREATE TABLE mails (
    owner       INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    id          TEXT    NOT NULL, -- of which the Message-ID is made
    kind        TEXT    NOT NULL,
    recipient   TEXT    NOT NULL, -- an address
    name        TEXT    NOT NULL, -- of the recipient, '' if not known
    subject     TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    html        TEXT    NOT NULL,
    unsubscribe TEXT    NOT NULL, -- a URL, '' if there is none
    state       TEXT    NOT NULL, -- waiting, sent or bounced
    reason      TEXT    NOT NULL, -- why it bounced
    lane        INTEGER NOT NULL, -- 0 if somebody waits for it, else 1
    due_at      INTEGER NOT NULL, -- not before; of one that is held, when the holder lost it
    tries       INTEGER NOT NULL, -- that failed
    holder      TEXT    NOT NULL, -- the process that sends it, '' if none
    created_at  INTEGER NOT NULL,
    until       INTEGER NOT NULL, -- when nobody needs it any more
    ended_at    INTEGER NOT NULL, -- 0 while it waits
    PRIMARY KEY (owner, number),
    UNIQUE (owner, id)
) STRICT;
CREATE INDEX mails_by_turn ON mails (lane, due_at) WHERE state = 'waiting';
CREATE INDEX mails_by_end ON mails (ended_at) WHERE state <> 'waiting';

-- Links that sign somebody in, until they are used or expire.
CREATE TABLE magic_links (
    owner      INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    hash       BLOB    NOT NULL UNIQUE, -- SHA-256 of the token
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (owner, hash)
) STRICT;
CREATE INDEX magic_links_by_end ON magic_links (expires_at);

-- +goose Down
DROP TABLE magic_links;
DROP TABLE mails;
