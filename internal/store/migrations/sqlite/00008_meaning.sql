-- +goose Up
-- What is to be done in the background, stored with what it follows from. A
-- subject has one job of a kind: whoever asks again moves its round on.
CREATE TABLE jobs (
    owner   INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    kind    TEXT    NOT NULL,
    subject INTEGER NOT NULL, -- such as the number of an idea
    round   INTEGER NOT NULL, -- how often somebody asked
    lane    INTEGER NOT NULL, -- 0 if somebody waits for it, else 1
    due_at  INTEGER NOT NULL, -- not before; of a job that is held, when the holder lost it
    tries   INTEGER NOT NULL, -- that failed, since somebody asked
    holder  TEXT    NOT NULL, -- the process that does it, '' if none
    PRIMARY KEY (owner, kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_turn ON jobs (lane, due_at);

-- What ideas mean to a model.
CREATE TABLE idea_vectors (
    owner      INTEGER NOT NULL,
    model      TEXT    NOT NULL,
    version    INTEGER NOT NULL, -- of the model
    idea       INTEGER NOT NULL,
    dimensions INTEGER NOT NULL,
    sum        BLOB    NOT NULL, -- of the text that was understood
    vector     BLOB    NOT NULL, -- dimensions float32, the lowest byte first
    change     INTEGER NOT NULL, -- when it, or whether it is to be found, last changed
    PRIMARY KEY (owner, model, version, idea),
    FOREIGN KEY (owner, idea) REFERENCES ideas (owner, number) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX idea_vectors_by_change ON idea_vectors (owner, model, version, change, idea);
CREATE INDEX idea_vectors_by_idea ON idea_vectors (owner, idea);

-- Whose vectors serve an owner, until all ideas have others.
CREATE TABLE vector_models (
    owner      INTEGER PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    model      TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    dimensions INTEGER NOT NULL
) STRICT;

-- Pairs of ideas that a person does not want to be related by the program.
CREATE TABLE refused_pairs (
    owner INTEGER NOT NULL,
    low   INTEGER NOT NULL, -- the lower number of the two
    high  INTEGER NOT NULL,
    PRIMARY KEY (owner, low, high),
    FOREIGN KEY (owner, low) REFERENCES ideas (owner, number) ON DELETE CASCADE,
    FOREIGN KEY (owner, high) REFERENCES ideas (owner, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE refused_pairs;
DROP TABLE vector_models;
DROP TABLE idea_vectors;
DROP TABLE jobs;
