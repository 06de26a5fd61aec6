import { afterAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../src/testing.ts'
import { readPage, tableRows } from './page.ts'

const server = await createTestServer()
afterAll(() => server.close())

describe('every route stands in docs/serve.md or docs/oauth.md', () => {
  const rows = [...tableRows(readPage('docs/serve.md')), ...tableRows(readPage('docs/oauth.md'))]
  const documented = rows.map(([address]) => address)
  const routes = server.routes.map(({ method, path }) => `\`${method} ${path}\``)

  it.each(routes)('%s', (route) => expect(documented).toContain(route))

  it('and no address there leads nowhere', () => {
    const addresses = documented.filter((cell) => /^`(?:GET|POST|DELETE) /.test(cell ?? ''))
    expect(addresses.filter((address) => !routes.includes(address ?? ''))).toEqual([])
  })
})
