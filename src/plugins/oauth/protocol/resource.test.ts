import { describe, expect, it } from 'vitest'
import { isOwnResource, reaches } from './resource.ts'

describe('isOwnResource', () => {
  it.each([
    'https://data.example',
    'https://data.example/',
    'https://data.example/-/mcp',
    'https://data.example:443/x',
  ])('accepts %s', (resource) => expect(isOwnResource(resource, 'https://data.example')).toBe(true))

  it.each(['https://data.example/pfx', 'https://data.example/pfx/', 'https://data.example/pfx/db'])(
    'accepts %s below a base path',
    (resource) => expect(isOwnResource(resource, 'https://data.example/pfx')).toBe(true),
  )

  it.each([
    ['T69: a relative address', '/-/mcp'],
    ['T69: a fragment', 'https://data.example/#x'],
    ['T69: an empty fragment', 'https://data.example/#'],
    ['T69: another server', 'https://other.example/'],
    ['T69: text that is no address', 'data'],
    ['another scheme', 'http://data.example/'],
    ['another port', 'https://data.example:8443/'],
    ['user info', 'https://user@data.example/'],
    ['a host that only starts the same', 'https://data.example.evil.com/'],
    ['a line end', 'https://data.example/\n'],
  ])('refuses %s', (_fault, resource) => expect(isOwnResource(resource, 'https://data.example')).toBe(false))

  it.each(['https://data.example/', 'https://data.example/pfxx', 'https://data.example/pfx/../other'])(
    'refuses %s beside a base path',
    (resource) => expect(isOwnResource(resource, 'https://data.example/pfx')).toBe(false),
  )
})

describe('reaches', () => {
  const SHOP = 'https://data.example/data/shop'

  it.each([
    [SHOP, SHOP],
    [SHOP, `${SHOP}.json?_size=1`],
    [SHOP, `${SHOP}/orders/1.json`],
    [`${SHOP}/`, `${SHOP}/orders`],
    [`${SHOP}/orders`, `${SHOP}/orders.json`],
    ['https://data.example', 'https://data.example/'],
    ['https://data.example/', 'https://data.example/-/sql'],
    ['https://data.example:443/', 'https://data.example/shop'],
  ])('T71: a token for %s is good at %s', (resource, address) => {
    expect(reaches(resource, address)).toBe(true)
  })

  it.each([
    [SHOP, 'https://data.example/data/shopping'],
    [SHOP, 'https://data.example/data/shop~2Ex'],
    [SHOP, 'https://data.example/data/other/orders'],
    [SHOP, 'https://data.example/data/'],
    [SHOP, 'https://data.example/data/-/sql?db=/data/shop'],
    [SHOP, 'https://data.example/data/SHOP'],
    [SHOP, 'http://data.example/data/shop'],
    [SHOP, 'https://data.example:444/data/shop'],
    [SHOP, 'https://else.example/data/shop'],
    [SHOP, `${SHOP}/../other`],
    [SHOP, `${SHOP}/%2e%2E/other`],
    [SHOP, `https://data.example/data/other/../shop`],
    [`${SHOP}/orders`, SHOP],
  ])('T71: a token for %s is not good at %s', (resource, address) => {
    expect(reaches(resource, address)).toBe(false)
  })
})
