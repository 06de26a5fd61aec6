import { makeSite, type Site } from './server-process.ts'

/**
 * A small shop: two tables, and the right to register apps and to let devices in for whoever is signed in. Reading needs a
 * permission. `oauth` is the provider's block of the configuration.
 */
export function makeShop(oauth: object = {}): Site {
  return makeSite(
    'shop',
    `create table orders (id integer primary key, item text);
     create table salaries (person text primary key, amount integer);
     insert into orders (item) values ('bolts'), ('nuts');
     insert into salaries values ('anna', 10);`,
    {
      allow: { id: '*' },
      permissions: { 'oauth-manage-clients': { id: '*' }, 'oauth-device-tokens': { id: '*' } },
      plugins: { 'datasette-oauth': oauth },
    },
  )
}

/** Both tables, as an app asks for them. */
export const BOTH_TABLES = '[["view-table","shop","orders"],["view-table","shop","salaries"]]'
