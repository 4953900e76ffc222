-- Who may ask this node for more than anybody may.
CREATE TABLE IF NOT EXISTS person (
    name TEXT PRIMARY KEY,
    party TEXT NOT NULL,                    -- '' for none
    roles TEXT NOT NULL,                    -- with spaces between
    about TEXT NOT NULL,
    created INTEGER NOT NULL                -- seconds since 1970, UTC, as all times here
) STRICT;
CREATE TABLE IF NOT EXISTS key (
    prefix TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (name),
    digest BLOB NOT NULL,                   -- SHA-256 of the whole key
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    revoked INTEGER,
    used INTEGER                            -- last, to the hour
) STRICT;
CREATE TABLE IF NOT EXISTS issuer (          -- whose tokens are believed
    url TEXT PRIMARY KEY,
    audience TEXT NOT NULL,                 -- whom they must be meant for
    claim TEXT NOT NULL,                    -- that names groups
    created INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS member (          -- what a group of an issuer may
    issuer TEXT NOT NULL REFERENCES issuer (url),
    "group" TEXT NOT NULL,
    party TEXT NOT NULL,
    roles TEXT NOT NULL,
    PRIMARY KEY (issuer, "group")
) STRICT;
