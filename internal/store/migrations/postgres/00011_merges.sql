-- +goose Up
-- What two ideas were before one took the other in, as JSON, so that a merge
-- can be taken back.
CREATE TABLE merges (
    owner    BIGINT  NOT NULL,
    kept     BIGINT  NOT NULL,
    absorbed BIGINT  NOT NULL,
    was      TEXT    NOT NULL,
    PRIMARY KEY (owner, kept, absorbed),
    FOREIGN KEY (owner, kept) REFERENCES ideas (owner, number) ON DELETE CASCADE,
    FOREIGN KEY (owner, absorbed) REFERENCES ideas (owner, number) ON DELETE CASCADE
);

-- +goose Down
DROP TABLE merges;
