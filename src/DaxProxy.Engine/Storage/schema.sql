-- Layout of a store, version 5 (PRAGMA user_version). A change raises the version and brings a migration: to-2.sql, to-3.sql, ...
--
-- Rows live in three b-trees for all tables together, clustered by where DynamoDB would put them: first the table or index, then the hash
-- of the partition key (the service's scan order), then the key, whose encoding sorts as DynamoDB sorts. See DESIGN.md.

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
    hash        INTEGER NOT NULL,                   -- first 64 bits of the partition key's hash, top bit flipped: ordered as hashes
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

CREATE TABLE vectors (                              -- of vector indexes, beside their entries: a search reads those of what it found
    index_id    INTEGER NOT NULL,
    hash        INTEGER NOT NULL,                   -- of the index's partition key; 0 where it has none
    key         BLOB    NOT NULL,                   -- encoded partition key of the index; empty where it has none
    base        BLOB    NOT NULL,                   -- encoded primary key of the item
    filters     BLOB    NOT NULL,                   -- the attributes of the search schema that the item has, as JSON; or empty
    vector      BLOB    NOT NULL,                   -- 32-bit floats, in the order of the machine
    PRIMARY KEY (index_id, hash, key, base)
) WITHOUT ROWID;

CREATE TABLE dropped (                              -- tables, indexes and settings whose rows are still being removed
    table_id    INTEGER,
    index_id    INTEGER,
    setting_id  INTEGER
);

CREATE TABLE streams (                              -- those switched off stay for a day, also when their table is gone
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    table_id    INTEGER NOT NULL,
    arn         TEXT    NOT NULL UNIQUE,
    table_name  TEXT    NOT NULL,
    label       TEXT    NOT NULL,
    view_type   TEXT    NOT NULL,
    hash_name   TEXT    NOT NULL,                   -- the table's key
    range_name  TEXT,
    slots       INTEGER NOT NULL,                   -- how many shards share the range of hashes
    created_at  INTEGER NOT NULL,                   -- Unix time in milliseconds, as all times here
    disabled_at INTEGER                             -- null while it is on
);

CREATE TABLE shards (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id       INTEGER NOT NULL,
    slot            INTEGER NOT NULL,               -- its part of the range of hashes, from 0
    parent_id       INTEGER,                        -- the shard it went on from, which may be gone; null for a first one
    parent_made_at  INTEGER,
    created_at      INTEGER NOT NULL,
    first_sequence  INTEGER NOT NULL,               -- taken by the shard itself: all its records have greater ones
    last_sequence   INTEGER,                        -- null while it is open
    closed_at       INTEGER,
    trimmed_to      INTEGER NOT NULL DEFAULT 0      -- number of its newest record that is gone
);

CREATE INDEX shards_by_stream ON shards (stream_id, slot);

CREATE TABLE sequence (                             -- one row: the last number given to a record or shard of any stream
    last            INTEGER NOT NULL
);

INSERT INTO sequence VALUES (0);

CREATE TABLE records (
    sequence        INTEGER PRIMARY KEY,            -- so the oldest lie together at the front, whatever their stream
    shard_id        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    event           TEXT    NOT NULL,               -- INSERT, MODIFY, REMOVE
    is_expiration   INTEGER NOT NULL,
    keys            BLOB    NOT NULL,               -- JSON
    keys_size       INTEGER NOT NULL,
    new_image       BLOB,                           -- JSON; the images are those that the stream's view shows
    new_size        INTEGER,
    old_image       BLOB,
    old_size        INTEGER
);

CREATE INDEX records_by_shard ON records (shard_id, sequence);

CREATE TABLE time_to_live (                         -- settings that are on
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- a new one each time it is switched on
    table_id    INTEGER NOT NULL UNIQUE,
    attribute   TEXT    NOT NULL,
    is_complete INTEGER NOT NULL DEFAULT 0          -- whether the items that were there before have their rows in expirations
);

CREATE TABLE expirations (                          -- when items end that have an end
    setting_id  INTEGER NOT NULL,
    hash        INTEGER NOT NULL,                   -- of the item
    key         BLOB    NOT NULL,
    expires_at  INTEGER NOT NULL,                   -- Unix time in seconds, as in the item
    PRIMARY KEY (setting_id, hash, key)
) WITHOUT ROWID;

CREATE INDEX expirations_by_time ON expirations (setting_id, expires_at);

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

CREATE TABLE collections (                          -- items with one partition key, with their entries, of tables with local indexes
    table_id    INTEGER NOT NULL,
    hash        INTEGER NOT NULL,                   -- of the partition key
    size_bytes  INTEGER NOT NULL,
    PRIMARY KEY (table_id, hash)
) WITHOUT ROWID;

CREATE TABLE point_in_time_recovery (               -- settings that are on
    table_id    INTEGER PRIMARY KEY,
    period_days INTEGER NOT NULL,
    enabled_at  INTEGER NOT NULL                    -- from when on the past is kept, in whole seconds; later once older parts are gone
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

CREATE TABLE history (                              -- what items were before each change, of tables whose past is kept
    table_id    INTEGER NOT NULL,
    stamp       INTEGER NOT NULL,                   -- when: Unix time in microseconds, and a counter in the last ten bits; unique
    hash        INTEGER NOT NULL,
    key         BLOB    NOT NULL,
    size        INTEGER,                            -- null, as what follows, where there was no item
    page_size   INTEGER,
    item        BLOB,
    PRIMARY KEY (table_id, stamp)
) WITHOUT ROWID;

CREATE INDEX history_by_key ON history (table_id, hash, key, stamp);

CREATE TABLE holds (                                -- states of tables that are being read, for which items and history stay
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    table_id    INTEGER NOT NULL,                   -- where the items lie: a table's number, or a backup's rows_id
    point       INTEGER NOT NULL                    -- stamp of the last change that belongs to the state
);

CREATE INDEX holds_by_table ON holds (table_id);

CREATE TABLE copies (                               -- backups and restores under way
    hold_id     INTEGER PRIMARY KEY,                -- the state that is copied
    target_id   INTEGER NOT NULL,                   -- where to: a table's number, or a backup's rows_id
    hash        INTEGER NOT NULL,                   -- the last key that was looked at
    key         BLOB    NOT NULL
);

CREATE TABLE backups (
    label       TEXT    PRIMARY KEY,                -- the last part of its ARN; sorts by time
    table_name  TEXT    NOT NULL,
    arn         TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    type        TEXT    NOT NULL,                   -- USER, SYSTEM
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    definition  TEXT    NOT NULL,                   -- JSON of the table's description, with counts
    attribute   TEXT,                               -- of the table's time to live
    rows_id     INTEGER NOT NULL UNIQUE             -- the number in items under which its items lie, which no table has, or has any more
) WITHOUT ROWID;
CREATE TABLE transfers (                            -- exports, imports, bulk operations that run, or ended in the last ninety days
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT    NOT NULL,                   -- export, import, bulk-operation
    arn         TEXT    NOT NULL UNIQUE,
    table_arn   TEXT    NOT NULL,
    token       TEXT,                               -- of its client; null for none
    digest      BLOB    NOT NULL,                   -- of what was asked for
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER,                            -- null while it runs
    sent        TEXT    NOT NULL,                   -- JSON of the request, as far as descriptions repeat it
    state       TEXT    NOT NULL                    -- JSON of all else
);

CREATE INDEX transfers_by_token ON transfers (kind, token);
