import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../http/json.ts'
import { databaseResource, INSTANCE, tableResource, type Action, type Resource } from './action.ts'
import { CORE_ACTIONS } from './core-actions.ts'
import { includes, readAllowlist } from './restrictions.ts'

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
