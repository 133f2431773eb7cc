-- +goose Up
-- Texts that models wrote from ideas.
CREATE TABLE artifacts (
    owner         INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    idea          INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    version       INTEGER NOT NULL, -- 1, 2, 3 … for each idea and kind
    complete      INTEGER NOT NULL,
    restored_from INTEGER NOT NULL, -- 0 if none
    instructions  TEXT    NOT NULL,
    receipt       TEXT    NOT NULL, -- JSON
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    body          TEXT    NOT NULL,
    PRIMARY KEY (owner, idea, kind, version),
    FOREIGN KEY (owner, idea) REFERENCES ideas (owner, number) ON DELETE CASCADE
) STRICT;

-- Answers of models that may be given again, sealed, under a hash of what was
-- asked.
CREATE TABLE ai_answers (
    owner      INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    key        BLOB    NOT NULL,
    size       INTEGER NOT NULL, -- of the answer, in bytes
    kept_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed     BLOB    NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT;
CREATE INDEX ai_answers_by_age ON ai_answers (owner, kept_at, key, size);
CREATE INDEX ai_answers_by_end ON ai_answers (expires_at);

-- +goose Down
DROP TABLE ai_answers;
DROP TABLE artifacts;
