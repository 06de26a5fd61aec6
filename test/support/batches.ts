import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { makeSite, runCommand, type Site } from './server-process.ts'

/** Rows of one request. */
export const ROWS_PER_BATCH = 5

/** Appending a batch called `slow` takes a while, because a trigger counts to three million. */
const LEDGER = `
  create table ledger (batch text, n integer, body text, primary key (batch, n));
  create table counted (n integer);
  create trigger slow after insert on ledger when new.batch = 'slow' and new.n = 0 begin
    insert into counted with recursive n(i) as (select 1 union all select i + 1 from n limit 3000000) select max(i) from n;
  end`

/** A ledger to which anybody who holds the token may only append. Each request writes one batch of rows. */
export function makeLedger(): Site {
  return makeSite('shop', LEDGER, {
    databases: { shop: { permissions: { 'insert-row': { id: 'ann' } } } },
  })
}

/** The header of a token that may append to the ledger and read it. */
export function ledgerToken(site: Site): Readonly<Record<string, string>> {
  const may = ['-r', 'shop', 'ledger', 'insert-row', '-r', 'shop', 'ledger', 'view-table']
  return { authorization: `Bearer ${runCommand(site, ['create-token', 'ann', ...may]).trim()}` }
}

/** Appends one batch and resolves to the status, or to null when no answer came. */
export async function appendBatch(
  url: string,
  headers: Readonly<Record<string, string>>,
  batch: string,
): Promise<number | null> {
  const rows = Array.from({ length: ROWS_PER_BATCH }, (_, n) => ({ batch, n, body: `${batch} `.repeat(40) }))
  try {
    const body = JSON.stringify({ rows })
    const response = await fetch(`${url}/shop/ledger/-/insert`, { method: 'POST', headers, body })
    await response.arrayBuffer()
    return response.status
  } catch {
    return null
  }
}

/** How many inserts the audit trail of a server that has ended tells of. */
export function countAudited(site: Site): number {
  const file = new DatabaseSync(join(site.directory, 'internal.db'), { timeout: 10_000 })
  const row = file.prepare("select count(*) as n from tapedeck_audit where event = 'insert-rows'").get()
  file.close()
  return Number(row?.['n'])
}

/** What is in the file of a server that has ended (its processes may take a moment longer): whole batches by name, those that are torn, and what SQLite thinks of the file. */
export function readLedger(site: Site): {
  readonly whole: ReadonlySet<string>
  readonly torn: readonly string[]
  readonly integrity: unknown
} {
  const file = new DatabaseSync(join(site.directory, 'shop.db'), { timeout: 10_000 })
  const batches = file
    .prepare(
      `select batch, count(*) as n, count(distinct n) as different, sum(body = replace(printf('%.40c', 'x'), 'x', batch || ' ')) as right_bodies
       from ledger group by batch`,
    )
    .all()
  const integrity = file.prepare('pragma integrity_check').all()
  file.close()
  const isWhole = (batch: (typeof batches)[number]) =>
    [batch['n'], batch['different'], batch['right_bodies']].every((count) => count === ROWS_PER_BATCH)
  return {
    whole: new Set(batches.filter(isWhole).map(({ batch }) => String(batch))),
    torn: batches.filter((batch) => !isWhole(batch)).map(({ batch }) => String(batch)),
    integrity,
  }
}
