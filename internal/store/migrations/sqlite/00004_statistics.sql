-- +goose Up
-- Without statistics SQLite takes every index to be nearly as good as every
-- other, and reads all relations of an owner to find those of one idea. These
-- numbers are not counted but chosen: an owner with many ideas among many
-- owners. They make the plans the same on every database, whatever is in it.
-- Of one table, which makes sqlite_stat1: with all of them the tables inside of
-- the full-text index would be taken to stay as small as they are now, and be
-- read as a whole by every merge.
ANALYZE tags;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ideas',      'ideas_by_number',     '1000000 10000 1'),
    ('ideas',      'ideas_by_creation',   '1000000 10000 9000 1 1 1 1'),
    ('ideas',      'ideas_by_change',     '1000000 10000 9000 1 1 1 1'),
    ('ideas',      'ideas_by_title',      '1000000 10000 9000 1 1 1 1'),
    ('tags',       'tags',                '10000 100 1'),
    ('tags',       'sqlite_autoindex_tags_2', '10000 100 1'),
    ('idea_tags',  'idea_tags',           '2000000 20000 2 1'),
    ('idea_tags',  'idea_tags_by_tag',    '2000000 20000 200 1'),
    ('links',      'links',               '500000 5000 1'),
    ('links',      'links_by_idea',       '500000 5000 2'),
    ('relations',  'relations',           '2000000 20000 1'),
    ('relations',  'relations_by_source', '2000000 20000 2 2 1'),
    ('relations',  'relations_by_target', '2000000 20000 2'),
    ('duplicates', 'duplicates',          '100000 1000 1'),
    ('duplicates', 'duplicates_by_pair',  '100000 1000 2 1'),
    ('duplicates', 'duplicates_by_newer', '100000 1000 2'),
    ('duplicates', 'duplicates_by_older', '100000 1000 2'),
    ('duplicates', 'duplicates_by_score', '100000 1000 300 2'),
    ('events',     'events',              '2000000 20000 2 1');
ANALYZE sqlite_schema; -- which reads the numbers again

-- +goose Down
DELETE FROM sqlite_stat1;
