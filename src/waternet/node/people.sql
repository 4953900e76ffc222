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
CREATE TABLE IF NOT EXISTS client (          -- as whom people are sent to sign in there
    issuer TEXT PRIMARY KEY REFERENCES issuer (url),
    name TEXT NOT NULL,
    secret TEXT NOT NULL                    -- '' for none
) STRICT;
CREATE TABLE IF NOT EXISTS passkey (
    id TEXT PRIMARY KEY,                    -- of the credential, base64url
    person TEXT NOT NULL REFERENCES person (name),
    key TEXT NOT NULL REFERENCES key (prefix),  -- it opens nothing once that has ended
    name TEXT NOT NULL,                     -- as its owner calls it
    host TEXT NOT NULL,                     -- where it may be used
    handle BLOB NOT NULL,                   -- of its owner, random
    public BLOB NOT NULL,                   -- COSE
    counter INTEGER NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS session (
    number TEXT PRIMARY KEY,                -- names it in lists; no secret
    digest BLOB NOT NULL UNIQUE,            -- SHA-256 of what its browser holds
    name TEXT NOT NULL,                     -- whose
    way TEXT NOT NULL,                      -- 'key', 'passkey', 'issuer'
    key TEXT NOT NULL,                      -- it ends with that one; '' of an issuer's
    passkey TEXT NOT NULL,                  -- and with that one; '' for none
    issuer TEXT NOT NULL,                   -- '' but of an issuer's
    groups TEXT NOT NULL,                   -- JSON: as the issuer named them
    caller TEXT NOT NULL,
    agent TEXT NOT NULL,                    -- as the browser names itself
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL,                  -- last, to some minutes
    ends INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS attempt (         -- to sign in: each may be finished once
    digest BLOB PRIMARY KEY,                -- SHA-256 of what only its browser knows
    kind TEXT NOT NULL,
    told TEXT NOT NULL,                     -- JSON
    ends INTEGER NOT NULL
) STRICT;
