-- +goose Up
CREATE TABLE ideas (
    -- owner << 40 | number: the ideas of an owner lie beside each other in the
    -- file, and the full-text index knows them by the same key.
    id         INTEGER PRIMARY KEY,
    owner      INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    title      TEXT    NOT NULL,
    title_key  TEXT    NOT NULL, -- what the order by title compares
    status     TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    source_url TEXT    NOT NULL,
    parent     INTEGER NOT NULL, -- 0 if there is none
    archived   INTEGER NOT NULL,
    processing INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    body       TEXT    NOT NULL  -- last, so that a long one is read only when asked for
) STRICT;
CREATE UNIQUE INDEX ideas_by_number ON ideas (owner, number);
-- One index per order. What a list is filtered by stands at the end of each,
-- so that ideas which are passed over are never read themselves.
CREATE INDEX ideas_by_creation ON ideas (owner, archived, created_at, number, status, source);
CREATE INDEX ideas_by_change   ON ideas (owner, archived, updated_at, number, status, source);
CREATE INDEX ideas_by_title    ON ideas (owner, archived, title_key, number, status, source);

CREATE TABLE tags (
    owner      INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id         INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    color      TEXT    NOT NULL,
    ideas      INTEGER NOT NULL, -- how many ideas that are not archived carry it
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, id),
    UNIQUE (owner, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE idea_tags (
    owner    INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    position INTEGER NOT NULL, -- among the tags of the idea
    tag      INTEGER NOT NULL,
    PRIMARY KEY (owner, number, position),
    FOREIGN KEY (owner, number) REFERENCES ideas (owner, number) ON DELETE CASCADE,
    FOREIGN KEY (owner, tag) REFERENCES tags (owner, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX idea_tags_by_tag ON idea_tags (owner, tag, number);

CREATE TABLE links (
    owner      INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id         INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    url        TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, number) REFERENCES ideas (owner, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_idea ON links (owner, number);

CREATE TABLE relations (
    owner      INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id         INTEGER NOT NULL,
    source     INTEGER NOT NULL,
    target     INTEGER NOT NULL,
    type       TEXT    NOT NULL,
    score      REAL,
    note       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, source) REFERENCES ideas (owner, number) ON DELETE CASCADE,
    FOREIGN KEY (owner, target) REFERENCES ideas (owner, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX relations_by_source ON relations (owner, source, type, target);
CREATE INDEX relations_by_target ON relations (owner, target);

CREATE TABLE duplicates (
    owner      INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id         INTEGER NOT NULL,
    newer      INTEGER NOT NULL,
    older      INTEGER NOT NULL,
    score      REAL    NOT NULL,
    status     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, newer) REFERENCES ideas (owner, number) ON DELETE CASCADE,
    FOREIGN KEY (owner, older) REFERENCES ideas (owner, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
-- A pair is proposed once, whichever way round.
CREATE UNIQUE INDEX duplicates_by_pair ON duplicates (owner, min(newer, older), max(newer, older));
CREATE INDEX duplicates_by_newer ON duplicates (owner, newer);
CREATE INDEX duplicates_by_older ON duplicates (owner, older);
CREATE INDEX duplicates_by_score ON duplicates (owner, status, score);

CREATE TABLE events (
    owner       INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    step        INTEGER NOT NULL, -- 1, 2, 3 … in the life of the idea
    kind        TEXT    NOT NULL,
    from_status TEXT    NOT NULL,
    to_status   TEXT    NOT NULL,
    peer        INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (owner, number, step),
    FOREIGN KEY (owner, number) REFERENCES ideas (owner, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE map_positions (
    owner  INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    number INTEGER NOT NULL,
    x      REAL    NOT NULL,
    y      REAL    NOT NULL,
    PRIMARY KEY (owner, number),
    FOREIGN KEY (owner, number) REFERENCES ideas (owner, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE map_positions;
DROP TABLE events;
DROP TABLE duplicates;
DROP TABLE relations;
DROP TABLE links;
DROP TABLE idea_tags;
DROP TABLE tags;
DROP TABLE ideas;
