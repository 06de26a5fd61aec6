import { describe, expect, it } from 'vitest'
import { ownPath } from './own-path.ts'

const ORIGIN = 'https://data.example'

describe('ownPath', () => {
  it.each([
    ['/shop/orders?_sort=id', '/shop/orders?_sort=id'],
    ['https://data.example/shop', '/shop'],
  ])('keeps %s', (address, path) => expect(ownPath(address, ORIGIN)).toBe(path))

  it.each([
    ['another site', 'https://evil.example/shop'],
    ['another site without a scheme', '//evil.example/shop'],
    ['a backslash that browsers read as a slash', '/\\evil.example'],
    ['a path that leads away when it is used as a link', 'https://data.example//evil.example'],
    ['dots before such a path', '/.//evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['a blob of this site', 'blob:https://data.example/1'],
    ['another port', 'https://data.example:8001/'],
    ['nothing readable', 'https://['],
  ])('refuses %s', (_attack, address) => expect(ownPath(address, ORIGIN)).toBeNull())
})
