import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeSite, runCommand, type Site } from '../test/support/server-process.ts'

/** Tables that nobody asks for: a real database has some. */
const OTHER_TABLES = 200

/** 100,000 rows of about 250 bytes. */
const ITEMS = `create table items (id integer primary key, name text, category text, price real, stock integer, notes text);
  insert into items with recursive n(i) as (select 1 union all select i + 1 from n limit 100000)
    select i, 'Item ' || i, 'category ' || i % 50, i / 8.0, i * 7 % 1000, hex(randomblob(90)) from n;
  create index items_category on items(category);`

/** A site with a shop that is open to whoever signs in, and a second, small database. `config` is what else its datasette.yaml says. */
export function makeShopSite(config: object = {}): Site {
  const others = Array.from(
    { length: OTHER_TABLES },
    (_, n) => `create table other_${n} (id integer primary key);`,
  )
  const site = makeSite('shop', ITEMS + others.join(''), { allow: { id: '*' }, ...config })
  const second = join(site.directory, 'second.db')
  const handle = new DatabaseSync(second)
  handle.exec('create table notes (id integer primary key, text text)')
  handle.close()
  return { ...site, arguments: [second, ...site.arguments] }
}

/** The header of a token that may do nothing but read the items and run SQL. */
export function bearer(site: Site): Readonly<Record<string, string>> {
  const may = ['-a', 'view-instance', '-d', 'shop', 'view-database', '-d', 'shop', 'execute-sql']
  const words = ['create-token', 'ann', ...may, '-r', 'shop', 'items', 'view-table']
  return { authorization: `Bearer ${runCommand(site, words).trim()}` }
}
