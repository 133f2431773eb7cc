-- +goose Up
-- The words of an idea under ideas.id. Each begins with its field and its
-- owner, seven characters (see scope in fulltext.go); so the prefixes that are
-- indexed are the first one and two letters of a word. The index keeps no
-- text: it can be made again from ideas.
CREATE VIRTUAL TABLE words USING fts5 (
    text,
    content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '8 9'
);

-- +goose Down
DROP TABLE words;
