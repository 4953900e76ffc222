-- Who did what. Rows are only added; the oldest fall off once there are too many.
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,                    -- microseconds since 1970, UTC
    kind TEXT NOT NULL,                     -- 'read', 'write', 'refused', 'access'
    who TEXT NOT NULL,                      -- '' where nobody is known
    party TEXT NOT NULL,
    operation TEXT NOT NULL,
    caller TEXT NOT NULL,                   -- the address that asked
    outcome TEXT NOT NULL,
    releases TEXT NOT NULL                  -- restricted ones, with spaces between
) STRICT;
CREATE TRIGGER IF NOT EXISTS event_stays BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
CREATE TRIGGER IF NOT EXISTS event_lasts BEFORE DELETE ON event
WHEN OLD.id > (SELECT max(id) FROM event) - 1000000
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
