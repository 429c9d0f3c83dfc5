-- From layout 4 to 5: exports, imports and bulk operations.

CREATE TABLE transfers (                            -- exports, imports and bulk operations: those that run, and those that ended in the last ninety days
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
