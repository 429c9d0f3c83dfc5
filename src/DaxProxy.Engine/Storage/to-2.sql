-- From layout 1 to 2: sizes of item collections, and settings that were refused before.

CREATE TABLE collections (                          -- items with one partition key, with their entries, of tables with local indexes
    table_id    INTEGER NOT NULL,
    hash        INTEGER NOT NULL,                   -- of the partition key
    size_bytes  INTEGER NOT NULL,
    PRIMARY KEY (table_id, hash)
) WITHOUT ROWID;

CREATE TABLE point_in_time_recovery (               -- settings that are on
    table_id    INTEGER PRIMARY KEY,
    period_days INTEGER NOT NULL,
    enabled_at  INTEGER NOT NULL
);

CREATE TABLE contributor_insights (                 -- settings that are on
    table_id    INTEGER NOT NULL,
    index_name  TEXT    NOT NULL,                   -- empty for the table itself
    mode        TEXT    NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (table_id, index_name)
) WITHOUT ROWID;

CREATE TABLE policies (
    table_id    INTEGER NOT NULL,
    stream      TEXT    NOT NULL,                   -- label of a stream, empty for the table itself
    document    TEXT    NOT NULL,                   -- JSON in its normal form
    revision    INTEGER NOT NULL,                   -- when it was set
    PRIMARY KEY (table_id, stream)
) WITHOUT ROWID;

-- What item collections add up to: items of tables with local indexes, and the entries of these.
INSERT INTO collections (table_id, hash, size_bytes)
WITH local (table_id, name) AS (
    SELECT tables.id, json_extract(one.value, '$.Definition.IndexName')
    FROM tables, json_each(tables.definition, '$.LocalSecondaryIndexes') AS one
)
SELECT table_id, hash, sum(size)
FROM (
    SELECT table_id, hash, size FROM items WHERE table_id IN (SELECT table_id FROM local)
    UNION ALL
    SELECT indexes.table_id, entries.hash, entries.size
    FROM entries
    JOIN indexes ON indexes.id = entries.index_id
    JOIN local ON local.table_id = indexes.table_id AND local.name = indexes.name
)
GROUP BY table_id, hash;
