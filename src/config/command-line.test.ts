import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../http/json.ts'
import { applySettingArguments } from './command-line.ts'

const apply = (name: string, value: string, config: JsonObject = {}) =>
  applySettingArguments(config, [[name, value]])

describe('applySettingArguments', () => {
  it('sets a setting, typed', () => {
    expect(apply('allow_facet', 'off')).toEqual({ config: { settings: { allow_facet: false } }, faults: [] })
    expect(apply('settings.max_csv_mb', '7')).toEqual({ config: { settings: { max_csv_mb: 7 } }, faults: [] })
    expect(apply('base_url', '/7/')).toEqual({ config: { settings: { base_url: '/7/' } }, faults: [] })
  })

  it('sets any place in the configuration, as JSON where it is JSON', () => {
    expect(apply('databases.shop.allow.id', 'ann').config).toEqual({
      databases: { shop: { allow: { id: 'ann' } } },
    })
    expect(apply('permissions.insert-row.id', '["ann", 7]').config).toEqual({
      permissions: { 'insert-row': { id: ['ann', 7] } },
    })
    expect(apply('allow', 'false').config).toEqual({ allow: false })
  })

  it('lays each over what was there, the last one on top', () => {
    const { config } = applySettingArguments(
      { allow: { id: 'bob', role: 'x' }, settings: { max_csv_mb: 1 } },
      [
        ['allow.id', 'ann'],
        ['max_csv_mb', '2'],
        ['max_csv_mb', '3'],
      ],
    )
    expect(config).toEqual({ allow: { id: 'ann', role: 'x' }, settings: { max_csv_mb: 3 } })
  })

  it.each([
    'sql_time_limit',
    'databases..allow',
    'constructor',
    '__proto__.x',
    '',
    '.',
    'default_page_size.x',
  ])('does not know the setting %j', (name) =>
    expect(apply(name, '1')).toEqual({
      config: {},
      faults: [{ path: `--setting ${name}`, message: 'unknown setting' }],
    }),
  )

  it('tells every fault and what was expected', () => {
    const { faults } = applySettingArguments({}, [
      ['allow_facet', 'maybe'],
      ['max_csv_mb', 'many'],
    ])
    expect(faults).toEqual([
      { path: '--setting allow_facet', message: 'expected on or off' },
      { path: '--setting max_csv_mb', message: 'expected a whole number' },
    ])
  })
})
