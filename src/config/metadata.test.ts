import { describe, expect, it } from 'vitest'
import { splitMetadata } from './metadata.ts'

describe('splitMetadata', () => {
  it('keeps descriptions of every level', () => {
    const metadata = {
      title: 'Ships',
      custom: { anything: [1] },
      databases: {
        shop: { source: 'us', tables: { orders: { title: 'Orders', columns: { id: 'Number' } } } },
      },
    }
    expect(splitMetadata(metadata)).toEqual({ config: {}, metadata, withoutEffect: [] })
  })

  it('moves plugins and allow of every level, and what older files say about tables', () => {
    expect(
      splitMetadata({
        title: 'Ships',
        allow: { id: 'ann' },
        plugins: { x: { a: 1 } },
        databases: {
          shop: {
            allow: false,
            sort: 'not of a table',
            tables: { orders: { title: 'Orders', allow: true, hidden: true, facets: ['a'], size: 5 } },
          },
        },
      }),
    ).toEqual({
      config: {
        allow: { id: 'ann' },
        plugins: { x: { a: 1 } },
        databases: {
          shop: { allow: false, tables: { orders: { allow: true, hidden: true, facets: ['a'], size: 5 } } },
        },
      },
      metadata: {
        title: 'Ships',
        databases: { shop: { sort: 'not of a table', tables: { orders: { title: 'Orders' } } } },
      },
      withoutEffect: [],
    })
  })

  it('takes databases and tables for names, whatever they are called', () => {
    const metadata = {
      databases: { allow: { tables: { plugins: { title: 'T' }, queries: { title: 'Q' } } } },
    }
    expect(splitMetadata(metadata)).toEqual({ config: {}, metadata, withoutEffect: [] })
  })

  it('tells of configuration that metadata cannot bring, and takes it out', () => {
    const split = splitMetadata({
      settings: { default_allow_sql: false },
      allow_sql: false,
      databases: {
        shop: { queries: { q: 'select 1' }, tables: { orders: { permissions: { 'view-table': false } } } },
      },
    })
    expect(split).toEqual({
      config: {},
      metadata: {},
      withoutEffect: [
        'settings',
        'allow_sql',
        'databases.shop.queries',
        'databases.shop.tables.orders.permissions',
      ],
    })
  })
})
