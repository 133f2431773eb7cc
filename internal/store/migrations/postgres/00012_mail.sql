-- +goose Up
-- Letters to people. What one said is cleared when its delivery has ended; the
-- row stays for a while, so that it is not queued again.
CREATE TABLE mails (
    owner       BIGINT  NOT NULL REFERENCES users ON DELETE CASCADE,
    number      BIGINT  NOT NULL,
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
    lane        BIGINT  NOT NULL, -- 0 if somebody waits for it, else 1
    due_at      BIGINT  NOT NULL, -- not before; of one that is held, when the holder lost it
    tries       BIGINT  NOT NULL, -- that failed
    holder      TEXT    NOT NULL, -- the process that sends it, '' if none
    created_at  BIGINT  NOT NULL,
    until       BIGINT  NOT NULL, -- when nobody needs it any more
    ended_at    BIGINT  NOT NULL, -- 0 while it waits
    PRIMARY KEY (owner, number),
    UNIQUE (owner, id)
);
CREATE INDEX mails_by_turn ON mails (lane, due_at) WHERE state = 'waiting';
CREATE INDEX mails_by_end ON mails (ended_at) WHERE state <> 'waiting';

-- Links that sign somebody in, until they are used or expire.
CREATE TABLE magic_links (
    owner      BIGINT  NOT NULL REFERENCES users ON DELETE CASCADE,
    hash       BYTEA   NOT NULL UNIQUE, -- SHA-256 of the token
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL,
    PRIMARY KEY (owner, hash)
);
CREATE INDEX magic_links_by_end ON magic_links (expires_at);

-- +goose Down
DROP TABLE magic_links;
DROP TABLE mails;
