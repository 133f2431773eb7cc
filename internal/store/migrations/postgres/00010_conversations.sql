-- +goose Up
-- What people and the agent said to each other.
CREATE TABLE conversations (
    owner      BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    id         TEXT    NOT NULL, -- made by a client, or by us
    title      TEXT    NOT NULL,
    model      TEXT    NOT NULL, -- '' for the default
    mode       TEXT    NOT NULL,
    idea       BIGINT NOT NULL, -- that it is about, 0 for none; it may be gone
    cards      TEXT    NOT NULL, -- JSON
    allowed    TEXT    NOT NULL, -- JSON
    dropped    TEXT    NOT NULL, -- JSON: what messages took that are gone
    words      TEXT    NOT NULL, -- of the title, folded, to be looked for
    holder     TEXT    NOT NULL, -- the process that writes an answer, '' if none
    held_until BIGINT NOT NULL,
    stopping   BOOLEAN NOT NULL, -- whether the answer is to end
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner, id)
);
CREATE INDEX conversations_by_update ON conversations (owner, updated_at, id);

CREATE TABLE messages (
    owner        BIGINT NOT NULL,
    conversation TEXT    NOT NULL,
    position     BIGINT NOT NULL, -- 0, 1, 2 …
    message      TEXT    NOT NULL, -- JSON
    words        TEXT    NOT NULL, -- its text, folded, to be looked for
    PRIMARY KEY (owner, conversation, position),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE
);

-- +goose Down
DROP TABLE messages;
DROP TABLE conversations;
