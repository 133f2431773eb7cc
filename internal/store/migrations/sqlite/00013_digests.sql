-- +goose Up
-- Weekly letters of ideas, as they were written.
CREATE TABLE digests (
    owner      INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id         INTEGER NOT NULL,
    kind       TEXT    NOT NULL, -- weekly, or asked
    from_at    INTEGER NOT NULL,
    until_at   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    zone       TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    mail       TEXT    NOT NULL, -- id of the mail with it, '' if there is none
    content    TEXT    NOT NULL, -- JSON
    PRIMARY KEY (owner, id)
) STRICT;
-- One a week, whoever writes it.
CREATE UNIQUE INDEX digests_by_end ON digests (owner, until_at) WHERE kind = 'weekly';
CREATE INDEX digests_by_time ON digests (owner, kind, created_at);

-- When the next letter of a kind is due to somebody. Everybody has a turn of
-- each kind.
CREATE TABLE digest_turns (
    owner   INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    kind    TEXT    NOT NULL, -- digest, or nudge
    slot_at INTEGER NOT NULL, -- when the letter is due, 0 if that is to be found out
    last_at INTEGER NOT NULL, -- when the one before was due, 0 if there was none
    round   INTEGER NOT NULL, -- how often the settings changed
    due_at  INTEGER NOT NULL, -- when to look; of one that is held, when the holder lost it
    tries   INTEGER NOT NULL, -- that failed
    holder  TEXT    NOT NULL, -- the process that writes it, '' if none
    PRIMARY KEY (owner, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_turns_by_turn ON digest_turns (due_at);
INSERT INTO digest_turns (owner, kind, slot_at, last_at, round, due_at, tries, holder)
SELECT owner, kind, 0, 0, 1, 0, 0, '' FROM users CROSS JOIN (SELECT 'digest' AS kind UNION ALL SELECT 'nudge') AS kinds;

-- Stale ideas that are not to be recalled.
CREATE TABLE stale_answers (
    owner  INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at     INTEGER NOT NULL, -- when it was answered
    until  INTEGER NOT NULL, -- 0 if for as long as the idea stays as it is
    PRIMARY KEY (owner, number),
    FOREIGN KEY (owner, number) REFERENCES ideas (owner, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX events_moved ON events (owner, at) WHERE kind = 'moved';

-- +goose Down
DROP INDEX events_moved;
DROP TABLE stale_answers;
DROP TABLE digest_turns;
DROP TABLE digests;
