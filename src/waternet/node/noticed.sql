-- How far each person has looked at the other parties' records.
CREATE TABLE IF NOT EXISTS noticed (
    person TEXT NOT NULL,
    party TEXT NOT NULL,
    entries INTEGER NOT NULL,               -- so many of its entries are no news
    at INTEGER NOT NULL,                    -- seconds since 1970, UTC
    PRIMARY KEY (person, party)
) STRICT;
