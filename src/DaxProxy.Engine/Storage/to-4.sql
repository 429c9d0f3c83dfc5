-- From layout 3 to 4: vectors of vector indexes.

CREATE TABLE vectors (                              -- of vector indexes, beside their entries: a search reads those of what it found
    index_id    INTEGER NOT NULL,
    hash        INTEGER NOT NULL,                   -- of the index's partition key; 0 where it has none
    key         BLOB    NOT NULL,                   -- encoded partition key of the index; empty where it has none
    base        BLOB    NOT NULL,                   -- encoded primary key of the item
    filters     BLOB    NOT NULL,                   -- the attributes of the search schema that the item has, as JSON; or empty
    vector      BLOB    NOT NULL,                   -- 32-bit floats, in the order of the machine
    PRIMARY KEY (index_id, hash, key, base)
) WITHOUT ROWID;
