-- +goose Up
CREATE TABLE ideas (
    owner      BIGINT           NOT NULL REFERENCES users ON DELETE CASCADE,
    number     BIGINT           NOT NULL,
    title      TEXT             NOT NULL,
    title_key  TEXT COLLATE "C" NOT NULL, -- what the order by title compares
    status     TEXT             NOT NULL,
    source     TEXT             NOT NULL,
    source_url TEXT             NOT NULL,
    parent     BIGINT           NOT NULL, -- 0 if there is none
    archived   BOOLEAN          NOT NULL,
    processing BOOLEAN          NOT NULL,
    version    BIGINT           NOT NULL,
    created_at BIGINT           NOT NULL,
    updated_at BIGINT           NOT NULL,
    body       TEXT             NOT NULL,
    PRIMARY KEY (owner, number)
);
-- One index per order. What a list is filtered by stands at the end of each,
-- so that ideas which are passed over are never read themselves.
CREATE INDEX ideas_by_creation ON ideas (owner, archived, created_at, number, status, source);
CREATE INDEX ideas_by_change   ON ideas (owner, archived, updated_at, number, status, source);
CREATE INDEX ideas_by_title    ON ideas (owner, archived, title_key, number, status, source);

CREATE TABLE tags (
    owner      BIGINT           NOT NULL REFERENCES users ON DELETE CASCADE,
    id         BIGINT           NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    color      TEXT             NOT NULL,
    ideas      BIGINT           NOT NULL, -- how many ideas that are not archived carry it
    created_at BIGINT           NOT NULL,
    PRIMARY KEY (owner, id),
    UNIQUE (owner, name)
);

CREATE TABLE idea_tags (
    owner    BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    number   BIGINT NOT NULL,
    position BIGINT NOT NULL, -- among the tags of the idea
    tag      BIGINT NOT NULL,
    PRIMARY KEY (owner, number, position),
    FOREIGN KEY (owner, number) REFERENCES ideas (owner, number) ON DELETE CASCADE,
    FOREIGN KEY (owner, tag) REFERENCES tags (owner, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX idea_tags_by_tag ON idea_tags (owner, tag, number);

CREATE TABLE links (
    owner      BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    id         BIGINT NOT NULL,
    number     BIGINT NOT NULL,
    url        TEXT   NOT NULL,
    title      TEXT   NOT NULL,
    type       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, number) REFERENCES ideas (owner, number) ON DELETE CASCADE
);
CREATE INDEX links_by_idea ON links (owner, number);

CREATE TABLE relations (
    owner      BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    id         BIGINT NOT NULL,
    source     BIGINT NOT NULL,
    target     BIGINT NOT NULL,
    type       TEXT   NOT NULL,
    score      DOUBLE PRECISION,
    note       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, source) REFERENCES ideas (owner, number) ON DELETE CASCADE,
    FOREIGN KEY (owner, target) REFERENCES ideas (owner, number) ON DELETE CASCADE
);
CREATE INDEX relations_by_source ON relations (owner, source, type, target);
CREATE INDEX relations_by_target ON relations (owner, target);

CREATE TABLE duplicates (
    owner      BIGINT           NOT NULL REFERENCES users ON DELETE CASCADE,
    id         BIGINT           NOT NULL,
    newer      BIGINT           NOT NULL,
    older      BIGINT           NOT NULL,
    score      DOUBLE PRECISION NOT NULL,
    status     TEXT             NOT NULL,
    created_at BIGINT           NOT NULL,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, newer) REFERENCES ideas (owner, number) ON DELETE CASCADE,
    FOREIGN KEY (owner, older) REFERENCES ideas (owner, number) ON DELETE CASCADE
);
-- A pair is proposed once, whichever way round.
CREATE UNIQUE INDEX duplicates_by_pair ON duplicates (owner, least(newer, older), greatest(newer, older));
CREATE INDEX duplicates_by_newer ON duplicates (owner, newer);
CREATE INDEX duplicates_by_older ON duplicates (owner, older);
CREATE INDEX duplicates_by_score ON duplicates (owner, status, score);

CREATE TABLE events (
    owner       BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    number      BIGINT NOT NULL,
    step        BIGINT NOT NULL, -- 1, 2, 3 … in the life of the idea
    kind        TEXT   NOT NULL,
    from_status TEXT   NOT NULL,
    to_status   TEXT   NOT NULL,
    peer        BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (owner, number, step),
    FOREIGN KEY (owner, number) REFERENCES ideas (owner, number) ON DELETE CASCADE
);

CREATE TABLE map_positions (
    owner  BIGINT           NOT NULL REFERENCES users ON DELETE CASCADE,
    number BIGINT           NOT NULL,
    x      DOUBLE PRECISION NOT NULL,
    y      DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (owner, number),
    FOREIGN KEY (owner, number) REFERENCES ideas (owner, number) ON DELETE CASCADE
);

-- +goose Down
DROP TABLE map_positions;
DROP TABLE events;
DROP TABLE duplicates;
DROP TABLE relations;
DROP TABLE links;
DROP TABLE idea_tags;
DROP TABLE tags;
DROP TABLE ideas;
