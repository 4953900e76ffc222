-- The bank's catalogue: what there is, and how far each party's log has been taken.
CREATE TABLE IF NOT EXISTS generation (number INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS party (
    party TEXT PRIMARY KEY,
    position INTEGER NOT NULL               -- entries taken
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
    party TEXT NOT NULL,
    number INTEGER NOT NULL,
    issued INTEGER NOT NULL,                -- microseconds since 1970, UTC
    kind TEXT NOT NULL,
    dataset TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    rows INTEGER NOT NULL,
    finding TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (party, number)
) WITHOUT ROWID;
-- Who may read what is asked for whenever a reader's catalogue changes.
CREATE INDEX IF NOT EXISTS entry_consent ON entry (kind)
    WHERE kind IN ('grant', 'open', 'swap-opening', 'swap-share');
-- Every entry is looked through by time, kind and dataset without its body.
CREATE INDEX IF NOT EXISTS entry_browsed
    ON entry (issued DESC, party, number DESC, kind, dataset);
-- Every map asks which layers there are; they are few.
CREATE INDEX IF NOT EXISTS entry_layer ON entry (party, number) WHERE kind = 'layer';
-- What was wrong is asked for at every pull, and is rare.
CREATE INDEX IF NOT EXISTS entry_finding ON entry (party, number) WHERE finding <> '';
CREATE TABLE IF NOT EXISTS withdrawal (
    party TEXT NOT NULL,
    release INTEGER NOT NULL,               -- the entry whose figures stand no more
    number INTEGER NOT NULL,                -- the entry that says so
    PRIMARY KEY (party, release)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sealed (          -- entries that not everybody may read
    party TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    keys TEXT NOT NULL,                     -- SHA-256 of the blob with its key
    readers TEXT NOT NULL,                  -- JSON list: for whom it was sealed
    PRIMARY KEY (party, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place (
    party TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    longitude REAL,
    latitude REAL,
    body TEXT NOT NULL,
    search TEXT NOT NULL,
    release INTEGER NOT NULL,
    PRIMARY KEY (party, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place_said (      -- earlier words that a sealed entry replaced
    party TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    longitude REAL,
    latitude REAL,
    body TEXT NOT NULL,
    search TEXT NOT NULL,
    release INTEGER NOT NULL,
    PRIMARY KEY (party, id, release)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shared_name (     -- Place.same_as
    name TEXT NOT NULL,
    party TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (name, party, id)
) WITHOUT ROWID;
-- What a place was called and where it lay goes when a later entry describes it.
CREATE INDEX IF NOT EXISTS shared_name_place ON shared_name (party, id);
CREATE TABLE IF NOT EXISTS within (          -- Place.within
    area TEXT NOT NULL,
    party TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (party, area, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS within_place ON within (party, id);
CREATE TABLE IF NOT EXISTS bucket (
    bucket INTEGER PRIMARY KEY,
    party TEXT NOT NULL,
    rows INTEGER NOT NULL,                  -- expected when its series were assigned
    series INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS series (         -- fixed at first sight, before any row
    series_id INTEGER PRIMARY KEY,
    party TEXT NOT NULL,
    name TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    last INTEGER,                           -- latest time of any row ever taken
    open_last INTEGER,                      -- of those rows that everybody may read
    UNIQUE (party, name)
);
CREATE TABLE IF NOT EXISTS holding (         -- which sealed entry has rows of what
    series_id INTEGER NOT NULL,
    release INTEGER NOT NULL,
    last INTEGER NOT NULL,                  -- the latest time of these rows
    PRIMARY KEY (series_id, release)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS datastream (
    party TEXT NOT NULL,
    name TEXT NOT NULL,
    dataset TEXT NOT NULL,
    feature TEXT NOT NULL,
    observed_property TEXT NOT NULL,
    unit TEXT NOT NULL,
    statistic TEXT NOT NULL,
    interval TEXT NOT NULL,
    procedure TEXT NOT NULL,
    sampling TEXT NOT NULL,
    zone TEXT NOT NULL,
    search TEXT NOT NULL,
    release INTEGER NOT NULL,               -- the entry that last described it
    PRIMARY KEY (party, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS datastream_feature ON datastream (party, feature);
CREATE TABLE IF NOT EXISTS datastream_said (  -- earlier words that a sealed entry replaced
    party TEXT NOT NULL,
    name TEXT NOT NULL,
    dataset TEXT NOT NULL,
    feature TEXT NOT NULL,
    observed_property TEXT NOT NULL,
    unit TEXT NOT NULL,
    statistic TEXT NOT NULL,
    interval TEXT NOT NULL,
    procedure TEXT NOT NULL,
    sampling TEXT NOT NULL,
    zone TEXT NOT NULL,
    search TEXT NOT NULL,
    release INTEGER NOT NULL,
    PRIMARY KEY (party, name, release)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unit (           -- a correction may change the unit
    party TEXT NOT NULL,
    name TEXT NOT NULL,
    release INTEGER NOT NULL,               -- from this entry's rows on
    unit TEXT NOT NULL,
    said INTEGER NOT NULL,                  -- the entry that says so
    PRIMARY KEY (party, name, release, said)
) WITHOUT ROWID;
