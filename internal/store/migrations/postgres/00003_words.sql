-- +goose Up
-- The words of an idea, apart from it: a change of its status would enter all
-- of them into the index again. Each begins with its field and its owner (see
-- scope in fulltext.go).
CREATE TABLE words (
    owner  BIGINT   NOT NULL REFERENCES users ON DELETE CASCADE,
    number BIGINT   NOT NULL,
    words  TSVECTOR NOT NULL,
    PRIMARY KEY (owner, number),
    FOREIGN KEY (owner, number) REFERENCES ideas (owner, number) ON DELETE CASCADE
);
CREATE INDEX words_by_word ON words USING gin (words);

-- +goose Down
DROP TABLE words;
