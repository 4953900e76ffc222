-- When intervals of days and longer end, as formats/stamps.py tells it.

-- What a clock shows.
CREATE OR REPLACE MACRO published.told(t, clock) AS
    t AT TIME ZONE 'UTC' AT TIME ZONE clock;

-- When a clock shows it: of an hour that comes twice, the first.
CREATE OR REPLACE MACRO published.meant(local, clock) AS
    CASE WHEN published.told(
        local AT TIME ZONE clock AT TIME ZONE 'UTC' - INTERVAL 1 HOUR, clock
    ) = local
    THEN local AT TIME ZONE clock AT TIME ZONE 'UTC' - INTERVAL 1 HOUR
    ELSE local AT TIME ZONE clock AT TIME ZONE 'UTC' END;

-- What a clock showed at a start: midnight also where it began the day late.
CREATE OR REPLACE MACRO published.begun(t, clock) AS
    CASE WHEN published.meant(
        date_trunc('day', published.told(t, clock)), clock
    ) = t
    THEN date_trunc('day', published.told(t, clock))
    ELSE published.told(t, clock) END;

CREATE OR REPLACE MACRO published.ended(t, days, months, clock) AS
    published.meant(
        published.begun(t, clock) + to_days(days) + to_months(months), clock
    );
