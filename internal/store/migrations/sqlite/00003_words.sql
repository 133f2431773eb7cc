-- +goose Up
-- The words of an idea under ideas.id. Each word begins with its owner (see
-- scope in fulltext.go), and the index keeps no text: it can be made again
-- from ideas.
CREATE VIRTUAL TABLE words USING fts5 (
    title, body, forms,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);

-- +goose Down
DROP TABLE words;
