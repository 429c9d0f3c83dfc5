-- Layout of a store, version 1 (PRAGMA user_version). A change raises the version and brings a migration.
--
-- Rows live in two b-trees for all tables together, clustered by where DynamoDB would put them: first the table or index, then the hash of
-- the partition key (the service's scan order), then the key, whose encoding sorts as DynamoDB sorts. See DESIGN.md.

CREATE TABLE tables (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused, so that rows of a dropped table cannot come back
    name        TEXT    NOT NULL UNIQUE,
    definition  TEXT    NOT NULL,                   -- JSON of the table's description, without counts
    item_count  INTEGER NOT NULL DEFAULT 0,
    size_bytes  INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE indexes (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused
    table_id    INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    item_count  INTEGER NOT NULL DEFAULT 0,
    size_bytes  INTEGER NOT NULL DEFAULT 0,
    UNIQUE (table_id, name)
);

CREATE TABLE items (
    table_id    INTEGER NOT NULL,
    hash        INTEGER NOT NULL,                   -- first 64 bits of the partition key's hash, top bit flipped: signed order is hash order
    key         BLOB    NOT NULL,                   -- encoded primary key
    size        INTEGER NOT NULL,                   -- bytes as DynamoDB counts them for limits and capacity
    page_size   INTEGER NOT NULL,                   -- bytes as DynamoDB counts them for the 1 MB of a page
    item        BLOB    NOT NULL,                   -- normalised DynamoDB JSON
    PRIMARY KEY (table_id, hash, key)
) WITHOUT ROWID;

CREATE TABLE entries (
    index_id    INTEGER NOT NULL,
    hash        INTEGER NOT NULL,                   -- of the index's partition key
    key         BLOB    NOT NULL,                   -- encoded index key
    base        BLOB    NOT NULL,                   -- encoded primary key of the item
    base_hash   INTEGER NOT NULL,                   -- hash column of the item
    size        INTEGER NOT NULL,
    page_size   INTEGER NOT NULL,
    item        BLOB    NOT NULL,                   -- what the index projects, as JSON
    PRIMARY KEY (index_id, hash, key, base)
) WITHOUT ROWID;

CREATE TABLE dropped (                              -- tables and indexes whose rows are still being removed
    table_id    INTEGER,
    index_id    INTEGER
);

CREATE TABLE tokens (                               -- client request tokens of committed transactions, kept for ten minutes
    token         TEXT    PRIMARY KEY,
    digest        BLOB    NOT NULL,                 -- of what the transaction did
    completed_at  INTEGER NOT NULL                  -- Unix time in milliseconds
) WITHOUT ROWID;

CREATE INDEX tokens_by_age ON tokens (completed_at);

CREATE TABLE tags (
    table_id    INTEGER NOT NULL,
    key         TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    PRIMARY KEY (table_id, key)
) WITHOUT ROWID;
