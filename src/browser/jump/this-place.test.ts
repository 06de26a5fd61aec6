import { describe, expect, it } from 'vitest'
import { thisPlace } from './this-place.ts'

const at = (path: string, homePath = '/', status = 200) =>
  thisPlace({ path, title: 'a title', homePath, status })

describe('thisPlace', () => {
  it.each([
    ['/shop', '/shop'],
    ['/shop/orders?_sort=id', '/shop/orders'],
  ])('remembers %s', (path, remembered) => expect(at(path)?.path).toBe(remembered))

  it('counts steps from the home page of this site', () => {
    expect(at('/base/shop/orders', '/base/')?.path).toBe('/base/shop/orders')
    expect(at('/shop/orders', '/base/')).toBeNull()
  })

  it.each(['/', '/-/sign-in', '/shop/-/query?sql=select+1', '/shop/orders/1'])(
    'does not remember %s',
    (path) => expect(at(path)).toBeNull(),
  )

  it('does not remember what was refused or is not there', () => {
    expect(at('/shop/secret', '/', 403)).toBeNull()
    expect(at('/shop/nothing', '/', 404)).toBeNull()
  })

  it('remembers where the browser tells no status', () => expect(at('/shop', '/', 0)).not.toBeNull())
})
