-- The desk: numbers of entities, and what stewards wrote that is not yet published.
CREATE TABLE IF NOT EXISTS stand (
    generation INTEGER NOT NULL,            -- differs once rows were taken away
    sequence INTEGER NOT NULL               -- of the last write
);
CREATE TABLE IF NOT EXISTS identifier (      -- published entities and drafts alike
    kind TEXT NOT NULL,                     -- 'Thing', 'Datastream'...
    number INTEGER NOT NULL,
    key TEXT NOT NULL,                      -- 'jordan:AL1005'; of a draft 'draft/7'
    PRIMARY KEY (kind, number),
    UNIQUE (kind, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS promised (        -- the number that a key gets once it is there
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entity (          -- as it shall be; stands over a published one
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    sequence INTEGER NOT NULL,              -- of the write that last changed it
    body TEXT,                              -- its properties in JSON; NULL: taken away
    language TEXT NOT NULL,                 -- in which it was written
    thing INTEGER,
    sensor INTEGER,
    observed_property INTEGER,
    time INTEGER,                           -- of a HistoricalLocation
    PRIMARY KEY (kind, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (
    name TEXT NOT NULL,                     -- the table of pairs: 'thing_location'...
    here INTEGER NOT NULL,
    there INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    is_held INTEGER NOT NULL,               -- 0: taken away
    PRIMARY KEY (name, here, there)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS observation (     -- times in microseconds since 1970, UTC
    number INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL,
    is_held INTEGER NOT NULL,               -- 0: taken away
    datastream INTEGER NOT NULL,
    feature INTEGER,
    starts INTEGER NOT NULL,
    ends INTEGER,
    result_time INTEGER,
    result REAL,
    result_json TEXT,                       -- where it is no number
    quality TEXT,
    valid_from INTEGER,
    valid_to INTEGER,
    parameters TEXT
);
CREATE INDEX IF NOT EXISTS observation_sequence ON observation (sequence);
CREATE INDEX IF NOT EXISTS observation_datastream ON observation (datastream, starts);
