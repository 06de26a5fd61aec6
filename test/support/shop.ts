import { makeSite, type Site } from './server-process.ts'

/** A small shop: two tables, and the right to register apps for whoever is signed in. Reading needs a permission. */
export function makeShop(): Site {
  return makeSite(
    'shop',
    `create table orders (id integer primary key, item text);
     create table salaries (person text primary key, amount integer);
     insert into orders (item) values ('bolts'), ('nuts');
     insert into salaries values ('anna', 10);`,
    { allow: { id: '*' }, permissions: { 'oauth-manage-clients': { id: '*' } } },
  )
}

/** Both tables, as an app asks for them. */
export const BOTH_TABLES = '[["view-table","shop","orders"],["view-table","shop","salaries"]]'
