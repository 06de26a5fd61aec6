import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../http/json.ts'
import { databaseResource, INSTANCE, tableResource, type Action, type Resource } from './action.ts'
import { CORE_ACTIONS } from './core-actions.ts'
import {
  formatRestrictions,
  includes,
  readAllowlist,
  type Allowlist,
  type RestrictionEntry,
} from './restrictions.ts'

const action = (name: string): Action => {
  const found = CORE_ACTIONS.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no action ${name}`)
  return found
}
const included = (restrictions: JsonValue, name: string, resource: Resource): boolean => {
  const allowlist = readAllowlist({ id: 'ann', _r: restrictions })
  return allowlist !== null && includes(allowlist, action(name), resource)
}
const NOTES = tableResource('team', 'notes')

describe('readAllowlist', () => {
  it('restricts nobody without _r', () => {
    expect(readAllowlist(null)).toBeNull()
    expect(readAllowlist({ id: 'ann' })).toBeNull()
  })

  it.each<[JsonValue]>([
    [null],
    [false],
    [''],
    ['vt'],
    [7],
    [[]],
    [['vt']],
    [{ a: null }],
    [{ a: 'vt' }],
    [{ a: { vt: true } }],
    [{ a: ['vt', 1] }],
    [{ a: ['vt', null] }],
    [{ a: [['vt']] }],
    [{ a: ['vt'], d: null }],
    [{ a: ['vt'], d: ['team'] }],
    [{ a: ['vt'], d: { team: 'vt' } }],
    [{ a: ['vt'], d: { team: null } }],
    [{ a: ['vt'], d: { team: [1] } }],
    [{ a: ['vt'], r: null }],
    [{ a: ['vt'], r: [] }],
    [{ a: ['vt'], r: { team: null } }],
    [{ a: ['vt'], r: { team: ['vt'] } }],
    [{ a: ['vt'], r: { team: { notes: 'vt' } } }],
    [{ a: ['vt'], r: { team: { notes: null } } }],
  ])('allows nothing by restrictions that make no sense: %j', (restrictions) => {
    expect(readAllowlist({ id: 'ann', _r: restrictions })).not.toBeNull()
    expect(included(restrictions, 'view-table', NOTES)).toBe(false)
  })
})

describe('includes', () => {
  it.each<[string, JsonValue, string, Resource]>([
    ['an action everywhere', { a: ['vt'] }, 'view-table', NOTES],
    ['an action everywhere, on the instance', { a: ['vi'] }, 'view-instance', INSTANCE],
    ['the full name', { a: ['view-table'] }, 'view-table', NOTES],
    ['a database itself', { d: { team: ['vd'] } }, 'view-database', databaseResource('team')],
    ['what lies in a database', { d: { team: ['vt'] } }, 'view-table', NOTES],
    ['one table', { r: { team: { notes: ['insert-row'] } } }, 'insert-row', NOTES],
    ['what is known beside what is not', { a: ['zz', 'vt'], x: 1 }, 'view-table', NOTES],
    [
      'names that objects have by themselves',
      JSON.parse('{"d": {"__proto__": ["vd"]}}'),
      'view-database',
      databaseResource('__proto__'),
    ],
  ])('is true for %s', (_what, restrictions, name, resource) => {
    expect(included(restrictions, name, resource)).toBe(true)
  })

  it.each<[string, JsonValue, string, Resource]>([
    ['nothing at all', {}, 'view-table', NOTES],
    ['unknown keys alone', { all: ['vt'] }, 'view-table', NOTES],
    ['another action', { a: ['ir'] }, 'view-table', NOTES],
    ['another database', { d: { other: ['vt'] } }, 'view-table', NOTES],
    ['another table', { r: { team: { posts: ['vt'] } } }, 'view-table', NOTES],
    ['a table of that name elsewhere', { r: { other: { notes: ['vt'] } } }, 'view-table', NOTES],
    ['another case', { r: { Team: { Notes: ['vt'] } } }, 'view-table', NOTES],
    [
      'the database by one of its tables',
      { r: { team: { notes: ['vd'] } } },
      'view-database',
      databaseResource('team'),
    ],
    ['the instance by a database', { d: { team: ['vi'] } }, 'view-instance', INSTANCE],
    ['inherited names', { d: {}, r: {} }, 'view-table', tableResource('constructor', 'toString')],
  ])('is false for %s', (_what, restrictions, name, resource) => {
    expect(included(restrictions, name, resource)).toBe(false)
  })
})

describe('formatRestrictions', () => {
  it('writes actions by where they may be done, by their abbreviation, each once', () => {
    const notes = { database: 'team', resource: 'notes' }
    const entries: readonly RestrictionEntry[] = [
      { action: action('insert-row'), ...notes },
      { action: action('view-instance'), database: null, resource: null },
      { action: action('view-database'), database: 'team', resource: null },
      { action: action('view-table'), ...notes },
      { action: action('insert-row'), ...notes },
      { action: { name: 'plugin-thing', abbr: null }, database: null, resource: null },
    ]
    expect(JSON.stringify(formatRestrictions(entries))).toBe(
      '{"a":["vi","plugin-thing"],"d":{"team":["vd"]},"r":{"team":{"notes":["ir","vt"]}}}',
    )
  })

  it('is null for no entries, which is no restriction', () => expect(formatRestrictions([])).toBeNull())

  it('leaves out the scopes that no entry has', () => {
    const entry = { action: action('view-table'), database: 'team', resource: 'notes' }
    expect(Object.keys(formatRestrictions([entry]) ?? {})).toEqual(['r'])
  })

  it('is read back by readAllowlist as just what was given, whatever things are called', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'a', 'd', 'r'))
    const known = fc.constantFrom(...CORE_ACTIONS).map(({ name, abbr }) => ({ name, abbr }))
    const unknown = name.map((text) => ({ name: text, abbr: null }))
    const entry: fc.Arbitrary<RestrictionEntry> = fc.oneof(
      fc.record({
        action: fc.oneof(known, unknown),
        database: fc.constant(null),
        resource: fc.constant(null),
      }),
      fc.record({ action: fc.oneof(known, unknown), database: name, resource: fc.constant(null) }),
      fc.record({ action: fc.oneof(known, unknown), database: name, resource: name }),
    )
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
        const written: JsonValue = JSON.parse(JSON.stringify(formatRestrictions(entries)))
        const allowlist = readAllowlist({ id: 'ann', _r: written })
        const given = entries.map(({ action, database, resource }) =>
          JSON.stringify([action.abbr ?? action.name, database, resource]),
        )
        expect(allowlist === null ? null : namedIn(allowlist)).toEqual(new Set(given))
      }),
    )
  })
})

/** Everything that an allowlist names, as `[action, database, resource]` in JSON. */
function namedIn({ everywhere, databases, resources }: Allowlist): ReadonlySet<string> {
  const named = [...everywhere].map((name) => [name, null, null])
  for (const [database, names] of databases) {
    for (const name of names) named.push([name, database, null])
  }
  for (const [database, tables] of resources) {
    for (const [resource, names] of tables) {
      for (const name of names) named.push([name, database, resource])
    }
  }
  return new Set(named.map((place) => JSON.stringify(place)))
}
