-- +goose Up
-- Texts that models wrote from ideas.
CREATE TABLE artifacts (
    owner         BIGINT  NOT NULL REFERENCES users ON DELETE CASCADE,
    idea          BIGINT  NOT NULL,
    kind          TEXT    NOT NULL,
    version       BIGINT  NOT NULL, -- 1, 2, 3 … for each idea and kind
    complete      BOOLEAN NOT NULL,
    restored_from BIGINT  NOT NULL, -- 0 if none
    instructions  TEXT    NOT NULL,
    receipt       TEXT    NOT NULL, -- JSON
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    body          TEXT    NOT NULL,
    PRIMARY KEY (owner, idea, kind, version),
    FOREIGN KEY (owner, idea) REFERENCES ideas (owner, number) ON DELETE CASCADE
);

-- Answers of models that may be given again, sealed, under a hash of what was
-- asked.
CREATE TABLE ai_answers (
    owner      BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    key        BYTEA  NOT NULL,
    size       BIGINT NOT NULL, -- of the answer, in bytes
    kept_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    sealed     BYTEA  NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX ai_answers_by_age ON ai_answers (owner, kept_at, key, size);
CREATE INDEX ai_answers_by_end ON ai_answers (expires_at);

-- +goose Down
DROP TABLE ai_answers;
DROP TABLE artifacts;
