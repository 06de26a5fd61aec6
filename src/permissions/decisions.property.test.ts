import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../auth/actor.ts'
import type { JsonValue } from '../http/json.ts'
import { databaseResource, INSTANCE, tableResource, type Resource } from './action.ts'
import { CORE_ACTIONS } from './core-actions.ts'
import type { AllowBlock } from './allow-block.ts'
import { createPermissions, type PermissionOptions } from './create-permissions.ts'
import type { PermissionConfig } from './config-rules.ts'

/** A small world in which everything meets everything: two databases, two tables, three actors. */
const DATABASES = ['X', 'Y']
const TABLES = ['T', 'U']
const ACTIONS = CORE_ACTIONS.map((action) => action.name)
const RESOURCES: readonly Resource[] = [
  INSTANCE,
  ...DATABASES.map(databaseResource),
  ...DATABASES.flatMap((database) => TABLES.map((table) => tableResource(database, table))),
]

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const record = <T>(keys: readonly string[], arbitrary: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom(...keys), arbitrary)

const blockValues: readonly AllowBlock[] = [
  true,
  false,
  {},
  { id: 'a' },
  { id: ['a', 'b'] },
  { id: '*' },
  { id: 'root' },
  { unauthenticated: true },
]
const block = optional(fc.constantFrom(...blockValues))
const blocks = { allow: block, permissions: optional(record(ACTIONS, block)) }
const config: fc.Arbitrary<PermissionConfig> = fc.record({
  ...blocks,
  allow_sql: block,
  databases: record(
    DATABASES,
    fc.record({
      ...blocks,
      allow_sql: block,
      tables: record(TABLES, fc.record(blocks)),
      queries: record(TABLES, fc.record(blocks)),
    }),
  ),
})
const options: fc.Arbitrary<PermissionOptions> = fc.record({
  actions: fc.constant(CORE_ACTIONS),
  config,
  pluginRules: fc.constant([]),
  defaultDeny: fc.boolean(),
  rootEnabled: fc.boolean(),
  defaultAllowSql: fc.boolean(),
})

const actions = fc.array(fc.constantFrom(...ACTIONS, ...CORE_ACTIONS.flatMap(({ abbr }) => abbr ?? [])))
const restrictions = fc.record(
  { a: actions, d: record(DATABASES, actions), r: record(DATABASES, record(TABLES, actions)) },
  { requiredKeys: [] },
)
const actor: fc.Arbitrary<Actor> = fc.constantFrom({ id: 'a' }, { id: 'b' }, { id: 'root' })
const question = { action: fc.constantFrom(...ACTIONS), resource: fc.constantFrom(...RESOURCES) }

/** Restrictions with one part put out of shape, or of another kind altogether. */
const brokenPart: fc.Arbitrary<JsonValue> = fc.constantFrom(null, 'vt', 7, true, ['vt', 1], { X: null })
const malformed: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom(null, 'vt', 7, true, ['vt']),
  fc.tuple(restrictions, fc.constantFrom('a', 'd', 'r'), brokenPart).map(([sound, key, broken]) => ({
    ...sound,
    [key]: broken,
  })),
)

describe('a restricted actor', () => {
  it('may nothing when the restrictions make no sense', () => {
    fc.assert(
      fc.property(
        options,
        actor,
        malformed,
        question.action,
        question.resource,
        (given, owner, _r, action, resource) => {
          expect(createPermissions(given).allows({ ...owner, _r }, action, resource)).toBe(false)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('may nothing by JSON at random, and a check never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), question.action, question.resource, (_r, action, resource) => {
        const permissions = createPermissions({
          actions: CORE_ACTIONS,
          config: {},
          pluginRules: [],
          defaultDeny: false,
          rootEnabled: true,
          defaultAllowSql: true,
        })
        expect(permissions.allows({ id: 'root', _r: _r as JsonValue }, action, resource)).toBe(false)
      }),
    )
  })
})
