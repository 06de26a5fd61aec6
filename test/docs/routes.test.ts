import { afterAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../src/testing.ts'
import { readPage, tableRows } from './page.ts'

const server = await createTestServer()
afterAll(() => server.close())

describe('every route stands in docs/serve.md, docs/oauth.md or docs/sign-in.md', () => {
  const pages = ['docs/serve.md', 'docs/oauth.md', 'docs/sign-in.md']
  const rows = pages.flatMap((page) => tableRows(readPage(page)))
  const documented = rows.map(([address]) => address)
  const routes = server.routes.map(({ method, path }) => `\`${method} ${path}\``)

  it.each(routes)('%s', (route) => expect(documented).toContain(route))

  it('and no address there leads nowhere', () => {
    const addresses = documented.filter((cell) => /^`(?:GET|POST|DELETE) /.test(cell ?? ''))
    expect(addresses.filter((address) => !routes.includes(address ?? ''))).toEqual([])
  })
})
