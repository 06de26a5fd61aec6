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
  it('never may what the same actor may not without restrictions', () => {
    fc.assert(
      fc.property(options, actor, restrictions, (given, owner, _r) => {
        const permissions = createPermissions(given)
        const token = { ...owner, token: 'dstok', _r }
        for (const action of ACTIONS) {
          for (const resource of RESOURCES) {
            if (permissions.allows(token, action, resource)) {
              expect(
                permissions.allows(owner, action, resource),
                `${action} ${JSON.stringify(resource)}`,
              ).toBe(true)
            }
          }
        }
      }),
      { numRuns: 300 },
    )
  })

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

describe('a decision', () => {
  /** host.md §5.4 word for word, for an actor without restrictions: look through all rules each time. */
  function decideSlowly(
    given: PermissionOptions,
    owner: Actor | null,
    name: string,
    resource: Resource,
  ): boolean {
    const permissions = createPermissions(given)
    const action = CORE_ACTIONS.find((candidate) => candidate.name === name)
    const fits =
      action !== undefined &&
      (action.level === 'global' ||
        (action.level === 'database' && resource.level !== 'global') ||
        (action.level === 'resource' && resource.level === 'resource'))
    if (!fits) return false

    const verdictsAt = (level: Resource['level']) =>
      permissions
        .rules(name)
        .filter(({ scope }) => {
          if (scope.level !== level) return false
          if (scope.level === 'global') return true
          if (resource.level === 'global' || scope.database !== resource.database) return false
          return (
            scope.level === 'database' ||
            (resource.level === 'resource' && scope.resource === resource.resource)
          )
        })
        .map((rule) => rule.judge(owner))
        .filter((verdict) => verdict !== null)

    const levels = (['resource', 'database', 'global'] as const).slice(
      { resource: 0, database: 1, global: 2 }[action.level],
    )
    const winning = levels.map(verdictsAt).find((verdicts) => verdicts.length > 0) ?? []
    const isAllowed = winning.length > 0 && !winning.includes('deny')
    return (
      isAllowed && (action.alsoRequires === null || decideSlowly(given, owner, action.alsoRequires, resource))
    )
  }

  it('is what the order of decision says, found without the index', () => {
    fc.assert(
      fc.property(
        options,
        fc.option(actor),
        question.action,
        question.resource,
        (given, owner, action, resource) => {
          expect(createPermissions(given).allows(owner, action, resource)).toBe(
            decideSlowly(given, owner, action, resource),
          )
        },
      ),
      { numRuns: 1000 },
    )
  })
})
