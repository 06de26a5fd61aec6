/**
 * A floor to measure against: `floor.ts memory DIRECTORY`, `floor.ts statement DIRECTORY`. Prints its port.
 *
 * `memory` answers the bytes of `DIRECTORY/NAME.json` from memory. `statement` runs the prepared statement that the
 * product runs and serialises its rows; it knows the tokens that it has seen, and has no permissions and no routing.
 */
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { serve } from '@hono/node-server'
import { Hono, type Context } from 'hono'

const ROW = 'select id, name, category, price, stock, notes from items where id = ?'
const PAGE = 'select id, name, category, price, stock, notes from items order by id limit 101'

const [kind, directory = ''] = process.argv.slice(2)
const app = new Hono()

if (kind === 'memory') {
  const json = { 'content-type': 'application/json; charset=utf-8' }
  for (const name of ['row', 'page', 'query']) {
    const bytes = readFileSync(join(directory, `${name}.json`))
    app.get(`/${name}`, (c) => c.body(bytes, 200, json))
  }
} else {
  const handle = new DatabaseSync(join(directory, 'shop.db'), { readOnly: true })
  const row = handle.prepare(ROW)
  const page = handle.prepare(PAGE)
  const query = handle.prepare('select 1')
  app.get('/row', (c) => {
    requireToken(c)
    const rows = [row.get(7)]
    return c.json({
      ok: true,
      database: 'shop',
      table: 'items',
      rows,
      primary_keys: ['id'],
      truncated: false,
    })
  })
  app.get('/page', (c) => {
    requireToken(c)
    return c.json({ ok: true, next: '100', rows: page.all().slice(0, 100), truncated: false })
  })
  app.get('/query', (c) => {
    requireToken(c)
    return c.json({ ok: true, rows: query.all(), truncated: false })
  })
}

const known = new Map<string, string>()

function requireToken(c: Context): void {
  const token = c.req.header('authorization') ?? ''
  if (known.has(token)) return
  known.set(token, createHmac('sha1', 'secret').update(token).digest('hex'))
}

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  console.log(port)
})
