-- Which acts each address was told of, and the messages that are on their way.
CREATE TABLE IF NOT EXISTS told (
    address TEXT NOT NULL,
    name TEXT NOT NULL,                     -- id of the group
    act TEXT NOT NULL,                      -- '' where the address was first met
    PRIMARY KEY (address, name, act)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outgoing (        -- composed; perhaps sent, not noted yet
    id TEXT PRIMARY KEY,                    -- Message-ID
    address TEXT NOT NULL,
    content BLOB NOT NULL
) STRICT;
