-- Entities that the bank's catalogue tells, in one language: LANGUAGE is 'ar', 'he' or 'en'.
CREATE OR REPLACE TABLE sta_LANGUAGE.things AS
SELECT
    number AS id,
    coalesce(json_extract_string(body, '$.names.LANGUAGE'),
        json_extract_string(body, '$.names.*')[1], place) AS name,
    coalesce(json_extract_string(body, '$.attributes.description'), k.LANGUAGE, '')
        AS description,
    json_merge_patch('{}', json_object(
        'party', party, 'id', place, 'kind', kind,
        'names', json_extract(body, '$.names'),
        'within', json_extract(body, '$.within'),
        'same_as', json_extract(body, '$.same_as'),
        'elevation', json_extract(body, '$.position.elevation'),
        'vertical_datum', json_extract(body, '$.position.vertical_datum'),
        'attributes', json_extract(body, '$.attributes'),
        'release', release)) AS properties
FROM published.place LEFT JOIN published.place_kind k ON k.id = kind;

CREATE OR REPLACE TABLE sta_LANGUAGE.locations AS
SELECT
    location AS id,
    t.name,
    t.description,
    'application/geo+json' AS "encodingType",
    json_object('type', 'Point', 'coordinates', json_array(longitude, latitude))
        AS location,
    json_merge_patch('{}', json_object(
        'crs', json_extract(body, '$.position.crs'),
        'x', json_extract(body, '$.position.x'),
        'y', json_extract(body, '$.position.y'),
        'elevation', json_extract(body, '$.position.elevation'),
        'vertical_datum', json_extract(body, '$.position.vertical_datum')))
        AS properties
FROM published.place JOIN sta_LANGUAGE.things t ON t.id = number
WHERE longitude IS NOT NULL;

CREATE OR REPLACE TABLE sta_LANGUAGE.thing_location AS
SELECT number AS thing, location FROM published.place WHERE longitude IS NOT NULL;

CREATE OR REPLACE TABLE sta_LANGUAGE.historical_locations AS
SELECT historical AS id, make_timestamp(coalesce(issued, 0)) AS time, number AS thing
FROM published.place WHERE longitude IS NOT NULL;

CREATE OR REPLACE TABLE sta_LANGUAGE.historical_location AS
SELECT historical, location FROM published.place WHERE longitude IS NOT NULL;

CREATE OR REPLACE TABLE sta_LANGUAGE.features_of_interest AS
SELECT
    foi AS id,
    t.name,
    t.description,
    'application/geo+json' AS "encodingType",
    CASE WHEN longitude IS NULL
        THEN json_object('type', 'Feature', 'geometry', NULL, 'properties', json('{}'))
        ELSE json_object('type', 'Point', 'coordinates', json_array(longitude, latitude))
    END AS feature,
    json_object('party', party, 'id', place, 'kind', kind) AS properties
FROM published.place JOIN sta_LANGUAGE.things t ON t.id = number
WHERE number IN (SELECT thing FROM published.datastream);

CREATE OR REPLACE TABLE sta_LANGUAGE.sensors AS
SELECT DISTINCT
    sensor AS id,
    procedure AS name,
    party || ': ' || procedure AS description,
    'text/plain' AS "encodingType",
    json_quote(procedure) AS metadata,
    json_object('party', party, 'procedure', procedure) AS properties
FROM published.datastream;

CREATE OR REPLACE TABLE sta_LANGUAGE.observed_properties AS
SELECT
    o.number AS id,
    p.LANGUAGE AS name,
    'urn:waternet:observed-property:' || p.id AS definition,
    CASE WHEN 'LANGUAGE' = 'en' AND p.definition <> '' THEN p.definition
        ELSE p.LANGUAGE END AS description,
    json_object('term', p.id, 'unit', p.unit,
        'names', json_object('ar', p.ar, 'he', p.he, 'en', p.en)) AS properties
FROM published.observed_property p
JOIN (SELECT DISTINCT observed_property AS number, term FROM published.datastream) o
    ON o.term = p.id;

CREATE OR REPLACE TABLE sta_LANGUAGE.datastreams AS
SELECT
    d.number AS id,
    concat_ws(', ', t.name, p.LANGUAGE, s.LANGUAGE,
        CASE WHEN d.interval <> 'PT0S' THEN d.interval END,
        CASE WHEN d.procedure <> 'unspecified' THEN d.procedure END) AS name,
    d.address AS description,
    'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement'
        AS "observationType",
    json_object('name', d.unit, 'symbol', d.unit, 'definition', 'ucum:' || d.unit)
        AS "unitOfMeasurement",
    l.location AS "observedArea",
    d.starts AS "phenomenonTime_start",
    d.ends AS "phenomenonTime_end",
    NULL::TIMESTAMP AS "resultTime_start",
    NULL::TIMESTAMP AS "resultTime_end",
    json_merge_patch('{}', json_object(
        'party', d.party, 'dataset', d.dataset, 'address', d.address,
        'statistic', d.statistic, 'interval', d.interval, 'procedure', d.procedure,
        'zone', d.zone, 'sampling', nullif(d.sampling, ''),
        'licence', d.licence, 'attribution', d.attribution,
        'observations', d.figures, 'release', d.release)) AS properties,
    d.thing,
    d.sensor,
    d.observed_property,
    d.address,
    d.series_id
FROM published.datastream d
JOIN sta_LANGUAGE.things t ON t.id = d.thing
LEFT JOIN sta_LANGUAGE.locations l ON l.id = d.location
LEFT JOIN published.observed_property p ON p.id = d.term
LEFT JOIN published.statistic s ON s.id = d.statistic
