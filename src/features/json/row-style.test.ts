import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: {
      d: `create table t (id integer primary key, j text, f real);
        insert into t values (1, '{"n": 9007199254740993}', 9e999), (2, 'plain', -9e999);`,
    },
  })
})
afterAll(() => server.close())

const text = async (path: string) => (await server.request(path)).text()

describe('?_json_infinity=1', () => {
  it('writes infinities, which are null without it', async () => {
    for (const path of ['/d/t.json?', '/d/-/query.json?sql=select+*+from+t&']) {
      expect(await text(`${path}_json_infinity=1&_shape=arrayfirst`)).toBe('[1,2]')
      const rows = await text(`${path}_json_infinity=1`)
      expect(rows).toContain('"f":Infinity}')
      expect(rows).toContain('"f":-Infinity}')
      expect(await text(`${path}_json_infinity=0`)).not.toContain('Infinity')
    }
  })
})

describe('?_json=', () => {
  it('opens the JSON in a column of a row or a query, every digit of it', async () => {
    const opened = '"j":{"n": 9007199254740993}'
    expect(await text('/d/t/1.json?_json=j&_json=id')).toContain(opened)
    expect(await text('/d/-/query.json?sql=select+*+from+t&_json=j')).toContain(opened)
    expect(await text('/d/t/2.json?_json=j')).toContain('"j":"plain"')
    expect(await text('/d/t/1.json?_json=j&_shape=arrays')).toContain('[[1,{"n": 9007199254740993},null]]')
    expect(await text('/d/t/1.json?_json=j&_shape=object')).toContain(`{"1":{"id":1,${opened}`)
  })

  it('means nothing in the rows of a table, as in Datasette', async () => {
    expect(await text('/d/t.json?_json=j')).toContain(String.raw`"j":"{\"n\": 9007199254740993}"`)
  })
})
