-- +goose Up
-- What two ideas were before one took the other in, as JSON, so that a merge
-- can be taken back.
CREATE TABLE merges (
    owner    INTEGER NOT NULL,
    kept     INTEGER NOT NULL,
    absorbed INTEGER NOT NULL,
    was      TEXT    NOT NULL,
    PRIMARY KEY (owner, kept, absorbed),
    FOREIGN KEY (owner, kept) REFERENCES ideas (owner, number) ON DELETE CASCADE,
    FOREIGN KEY (owner, absorbed) REFERENCES ideas (owner, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE merges;
