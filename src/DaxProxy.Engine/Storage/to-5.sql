-- From layout 4 to 5: backups, and what items were before their changes; exports, imports and bulk operations.

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

-- The past was not kept before, so it begins when the store is opened.
UPDATE point_in_time_recovery SET enabled_at = 0;

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
