import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Actor } from '../../src/auth/actor.ts'
import { databaseResource, INSTANCE, tableResource, type Action } from '../../src/permissions/action.ts'
import type { AllowBlock } from '../../src/permissions/allow-block.ts'
import type { PermissionConfig } from '../../src/permissions/config-rules.ts'
import { CORE_ACTIONS } from '../../src/permissions/core-actions.ts'
import { createPermissions } from '../../src/permissions/create-permissions.ts'
import { explain } from '../../src/permissions/explain.ts'
import { mayNaively, type NaiveWorld, type Place } from './naive-evaluator.ts'

/**
 * The engine against the naive evaluator: 10,000 random worlds, one random actor in each, and every action at every place
 * there. Names are few, so that everything meets everything; some are names that objects have anyway.
 */

const DATABASES = ['X', 'constructor']
const RESOURCES = ['T', 'U', '__proto__']

/** Actions of a plugin, one of which requires another on the same table. */
const PLUGIN_ACTIONS: readonly Action[] = (
  [
    ['tag-row', 'resource', 'insert-row'],
    ['export-table', 'resource', 'execute-sql'],
    ['manage-things', 'global', null],
  ] as const
).map(([name, level, alsoRequires]) => ({
  name,
  abbr: null,
  description: name,
  level,
  resourceKind: level === 'resource' ? 'table' : null,
  alsoRequires,
  allowedByDefault: name === 'export-table',
}))
const ACTIONS = [...CORE_ACTIONS, ...PLUGIN_ACTIONS]
const NAMES = ACTIONS.map(({ name }) => name)

const PLACES: readonly Place[] = [
  [],
  ...DATABASES.map((database) => [database] as const),
  ...DATABASES.flatMap((database) => RESOURCES.map((resource) => [database, resource] as const)),
]
const resourceAt = ([database, resource]: Place) =>
  database === undefined
    ? INSTANCE
    : resource === undefined
      ? databaseResource(database)
      : tableResource(database, resource)

const scalar = fc.constantFrom('a', 'b', 'staff', '*', 1, '1', true, null, '')
const values = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }))
const block: fc.Arbitrary<AllowBlock> = fc.oneof(
  fc.constantFrom<AllowBlock>(
    true,
    false,
    1,
    0,
    {},
    { unauthenticated: true },
    { unauthenticated: true, id: '*' },
  ),
  fc.dictionary(fc.constantFrom('id', 'roles', 'groups', 'unauthenticated'), values, { maxKeys: 2 }),
)
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const record = <T>(keys: readonly string[], arbitrary: fc.Arbitrary<T>, maxKeys: number) =>
  fc.dictionary(fc.constantFrom(...keys), arbitrary, { maxKeys })

/** Most actions that people name, so that rules of one action meet. */
const named = fc.constantFrom('view-table', 'insert-row', 'execute-sql', 'view-database', 'tag-row', ...NAMES)
const blocks = {
  allow: optional(fc.option(block)),
  permissions: optional(fc.dictionary(named, fc.option(block), { maxKeys: 4 })),
}
const config: fc.Arbitrary<PermissionConfig> = fc.record({
  ...blocks,
  allow_sql: optional(block),
  databases: optional(
    record(
      DATABASES,
      fc.record({
        ...blocks,
        allow_sql: optional(block),
        tables: optional(record(RESOURCES, fc.record(blocks), 3)),
        queries: optional(record(RESOURCES, fc.oneof(fc.record(blocks), fc.constant('select 1')), 3)),
      }),
      2,
    ),
  ),
})
const world: fc.Arbitrary<NaiveWorld> = fc.record({
  actions: fc.constant(ACTIONS),
  config,
  defaultDeny: fc.boolean(),
  rootEnabled: fc.boolean(),
  defaultAllowSql: fc.boolean(),
})

const listed = fc.array(
  fc.constantFrom(...NAMES, ...CORE_ACTIONS.flatMap(({ abbr }) => abbr ?? []), 'nope'),
  {
    maxLength: 6,
  },
)
const restrictions = fc.record(
  {
    a: listed,
    d: record(DATABASES, listed, 2),
    r: record(DATABASES, record(RESOURCES, listed, 3), 2),
    other: fc.constant(1),
  },
  { requiredKeys: [] },
)
const claims = {
  id: fc.constantFrom('a', 'b', 'root', 1, '1'),
  roles: optional(values),
  groups: optional(fc.oneof(values, fc.constant({ nested: ['staff'] }))),
}
const without = (actor: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(actor).filter(([, value]) => value !== undefined)) as Actor
const person = fc.record(claims).map(without)
const holder = fc.tuple(person, restrictions).map(([who, _r]) => ({ ...who, token: 'dstok', _r }))
const actor = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 3, arbitrary: person },
  { weight: 5, arbitrary: holder },
)

it('the engine and the naive evaluator never differ, one by one and in listings', () => {
  fc.assert(
    fc.property(world, actor, (given, who) => {
      const permissions = createPermissions({ ...given, pluginRules: [] })
      for (const name of NAMES) {
        for (const place of PLACES) {
          const expected = mayNaively(given, who, name, place)
          if (permissions.allows(who, name, resourceAt(place)) !== expected) {
            expect.fail(`${name} at ${JSON.stringify(place)} should be ${expected}`)
          }
          const action = ACTIONS.find((one) => one.name === name)
          const why = action === undefined ? null : explain(permissions, who, action, resourceAt(place))
          const reasons =
            why !== null &&
            why.ruleAllowed &&
            why.restrictionAllowed !== false &&
            (why.required === null || why.required.allowed)
          if (why?.allowed !== expected || reasons !== expected) {
            expect.fail(
              `${name} at ${JSON.stringify(place)} is explained as ${why?.allowed}, for reasons of ${reasons}`,
            )
          }
          const [database, resource] = place
          const isResource = ACTIONS.find((action) => action.name === name)?.level === 'resource'
          if (database === undefined || resource === undefined || !isResource) continue
          if (permissions.allowsIn(who, name, database)(resource) !== expected) {
            expect.fail(`${name} at ${JSON.stringify(place)} should be listed as ${expected}`)
          }
        }
      }
    }),
    { numRuns: 10_000 },
  )
}, 300_000)

it('a restricted token never opens what its owner cannot, in 10,000 worlds', () => {
  fc.assert(
    fc.property(world, person, restrictions, (given, owner, _r) => {
      const permissions = createPermissions({ ...given, pluginRules: [] })
      const token = { ...owner, token: 'dstok', _r } as Actor
      for (const name of NAMES) {
        for (const place of PLACES) {
          const where = resourceAt(place)
          if (permissions.allows(token, name, where) && !permissions.allows(owner, name, where)) {
            expect.fail(`${name} at ${JSON.stringify(place)}`)
          }
        }
      }
    }),
    { numRuns: 10_000 },
  )
}, 300_000)
