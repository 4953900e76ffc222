-- Drafts over the published entities of LANGUAGE: a draft stands in place of what it changes.
CREATE SCHEMA IF NOT EXISTS sta_LANGUAGE_desk;

CREATE OR REPLACE VIEW sta_LANGUAGE_desk.things AS
FROM sta_LANGUAGE.things ANTI JOIN drafted.entity e ON e.kind = 'Thing' AND e.number = id
UNION ALL BY NAME
SELECT number AS id, body->>'name' AS name, body->>'description' AS description,
    body->'properties' AS properties
FROM drafted.entity WHERE kind = 'Thing' AND body IS NOT NULL;

CREATE OR REPLACE VIEW sta_LANGUAGE_desk.locations AS
FROM sta_LANGUAGE.locations
ANTI JOIN drafted.entity e ON e.kind = 'Location' AND e.number = id
UNION ALL BY NAME
SELECT number AS id, body->>'name' AS name, body->>'description' AS description,
    body->>'encodingType' AS "encodingType", body->'location' AS location,
    body->'properties' AS properties
FROM drafted.entity WHERE kind = 'Location' AND body IS NOT NULL;

CREATE OR REPLACE VIEW sta_LANGUAGE_desk.thing_location AS
FROM sta_LANGUAGE.thing_location p
ANTI JOIN drafted.link l
    ON l.name = 'thing_location' AND l.here = p.thing AND l.there = p.location
UNION ALL BY NAME
SELECT here AS thing, there AS location
FROM drafted.link WHERE name = 'thing_location' AND is_held;

CREATE OR REPLACE VIEW sta_LANGUAGE_desk.historical_locations AS
FROM sta_LANGUAGE.historical_locations
ANTI JOIN drafted.entity e ON e.kind = 'HistoricalLocation' AND e.number = id
UNION ALL BY NAME
SELECT number AS id, make_timestamp(time) AS time, thing
FROM drafted.entity WHERE kind = 'HistoricalLocation' AND body IS NOT NULL;

CREATE OR REPLACE VIEW sta_LANGUAGE_desk.historical_location AS
FROM sta_LANGUAGE.historical_location p
ANTI JOIN drafted.link l
    ON l.name = 'historical_location' AND l.here = p.historical
    AND l.there = p.location
UNION ALL BY NAME
SELECT here AS historical, there AS location
FROM drafted.link WHERE name = 'historical_location' AND is_held;

CREATE OR REPLACE VIEW sta_LANGUAGE_desk.features_of_interest AS
FROM sta_LANGUAGE.features_of_interest
ANTI JOIN drafted.entity e ON e.kind = 'FeatureOfInterest' AND e.number = id
UNION ALL BY NAME
SELECT number AS id, body->>'name' AS name, body->>'description' AS description,
    body->>'encodingType' AS "encodingType", body->'feature' AS feature,
    body->'properties' AS properties
FROM drafted.entity WHERE kind = 'FeatureOfInterest' AND body IS NOT NULL;

CREATE OR REPLACE VIEW sta_LANGUAGE_desk.sensors AS
FROM sta_LANGUAGE.sensors
ANTI JOIN drafted.entity e ON e.kind = 'Sensor' AND e.number = id
UNION ALL BY NAME
SELECT number AS id, body->>'name' AS name, body->>'description' AS description,
    body->>'encodingType' AS "encodingType", body->'metadata' AS metadata,
    body->'properties' AS properties
FROM drafted.entity WHERE kind = 'Sensor' AND body IS NOT NULL;

CREATE OR REPLACE VIEW sta_LANGUAGE_desk.observed_properties AS
FROM sta_LANGUAGE.observed_properties
ANTI JOIN drafted.entity e ON e.kind = 'ObservedProperty' AND e.number = id
UNION ALL BY NAME
SELECT number AS id, body->>'name' AS name, body->>'definition' AS definition,
    body->>'description' AS description, body->'properties' AS properties
FROM drafted.entity WHERE kind = 'ObservedProperty' AND body IS NOT NULL;

CREATE OR REPLACE VIEW sta_LANGUAGE_desk.datastreams AS
SELECT coalesce(p.id, e.number) AS id, coalesce(e.body->>'name', p.name) AS name,
    coalesce(e.body->>'description', p.description) AS description,
    coalesce(e.body->>'observationType', p."observationType") AS "observationType",
    coalesce(e.body->'unitOfMeasurement', p."unitOfMeasurement")
        AS "unitOfMeasurement",
    coalesce(e.body->'observedArea', p."observedArea", a.area::JSON)
        AS "observedArea",
    least(p."phenomenonTime_start", o.first) AS "phenomenonTime_start",
    greatest(p."phenomenonTime_end", o.last) AS "phenomenonTime_end",
    least(p."resultTime_start", o.result_first) AS "resultTime_start",
    greatest(p."resultTime_end", o.result_last) AS "resultTime_end",
    CASE WHEN e.body IS NULL THEN p.properties ELSE e.body->'properties' END
        AS properties,
    coalesce(e.thing, p.thing) AS thing,
    coalesce(e.sensor, p.sensor) AS sensor,
    coalesce(e.observed_property, p.observed_property) AS observed_property,
    p.address,
    p.series_id
FROM sta_LANGUAGE.datastreams p
FULL JOIN (FROM drafted.entity WHERE kind = 'Datastream') e ON e.number = p.id
LEFT JOIN drafted.span o ON o.datastream = coalesce(p.id, e.number)
LEFT JOIN (
    SELECT s.datastream, waternet_area(list(f.feature::VARCHAR)) AS area
    FROM (SELECT datastream, unnest(features) AS feature FROM drafted.span) s
    JOIN sta_LANGUAGE_desk.features_of_interest f ON f.id = s.feature
    GROUP BY s.datastream
) a ON a.datastream = coalesce(p.id, e.number)
WHERE e.number IS NULL OR e.body IS NOT NULL
