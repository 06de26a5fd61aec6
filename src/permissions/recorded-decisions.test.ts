import { describe, expect, it } from 'vitest'
import type { Actor } from '../auth/actor.ts'
import { databaseResource, INSTANCE, tableResource } from './action.ts'
import { CORE_ACTIONS } from './core-actions.ts'
import { createPermissions, type PermissionOptions } from './create-permissions.ts'

/**
 * What a Datasette 1.0a37 decided in the recorded exchanges, as decisions of the engine alone. Each line reads
 * "who may [not] action where".
 */

const ACTORS: Readonly<Record<string, Actor | null>> = {
  anonymous: null,
  alice: { id: 'alice' },
  bob: { id: 'bob', role: 'editor' },
  carol: { id: 'carol', role: ['staff', 'viewer'] },
  root: { id: 'root' },
}

function expectAll(
  options: Partial<PermissionOptions>,
  actors: Readonly<Record<string, Actor | null>>,
  lines: string,
) {
  const permissions = createPermissions({
    actions: CORE_ACTIONS,
    config: {},
    pluginRules: [],
    defaultDeny: false,
    rootEnabled: false,
    defaultAllowSql: true,
    ...options,
  })
  const facts = lines.trim().split('\n')
  const found = facts.map((line) => {
    const [, who, action, where] = /^\s*(\S+) may (?:not )?(\S+) on (\S+)$/u.exec(line) ?? []
    const [, database, table] = (where ?? '').split('/')
    const actor = actors[who ?? '']
    if (actor === undefined || action === undefined || database === undefined)
      throw new Error(`cannot read: ${line}`)
    const inside = table === undefined ? databaseResource(database) : tableResource(database, table)
    const allowed = permissions.allows(actor, action, database === '' ? INSTANCE : inside)
    return `${who} may ${allowed ? '' : 'not '}${action} on ${where}`
  })
  expect(found).toEqual(facts.map((line) => line.trim()))
}

describe('recorded decisions', () => {
  it('allow blocks at every level', () => {
    const config = {
      allow: { id: ['alice', 'bob', 'carol'] },
      databases: {
        team: {
          allow: { id: ['alice', 'bob'] },
          tables: { notes: { allow: { id: 'alice' } }, salaries: { allow: { role: 'editor' } } },
          queries: { two: { allow: { id: 'bob' } }, three: 'select 3' },
        },
      },
    }
    expectAll(
      { config },
      ACTORS,
      `
      anonymous may not view-instance on /
      anonymous may not view-database on /team
      anonymous may not view-table on /team/posts
      carol may view-instance on /
      carol may not view-database on /team
      carol may view-table on /archive/reports
      alice may view-table on /team/posts
      alice may view-table on /team/notes
      alice may not view-table on /team/salaries
      alice may not view-query on /team/two
      alice may view-query on /team/three
      bob may not view-table on /team/notes
      bob may view-table on /team/salaries
      bob may view-query on /team/two
      carol may not view-table on /team/posts`,
    )
  })

  it('permissions blocks at every level, with --root', () => {
    const config = {
      permissions: { 'insert-row': { id: 'alice' }, 'view-instance': true },
      databases: {
        team: {
          permissions: {
            'insert-row': { id: 'bob' },
            'create-table': { id: 'bob' },
            'execute-sql': { id: ['alice', 'root'] },
            'view-database': { id: ['alice', 'bob', 'carol'] },
          },
          tables: {
            notes: {
              permissions: {
                'insert-row': { id: 'carol' },
                'delete-row': { role: 'staff' },
                'view-table': { id: ['carol', 'alice'] },
              },
            },
            salaries: { permissions: { 'update-row': { id: 'alice' }, 'insert-row': false } },
          },
        },
      },
    }
    expectAll(
      { config, rootEnabled: true },
      ACTORS,
      `
      alice may insert-row on /archive/reports
      bob may not insert-row on /archive/reports
      bob may insert-row on /team/posts
      alice may not insert-row on /team/posts
      carol may insert-row on /team/notes
      bob may not insert-row on /team/notes
      bob may not insert-row on /team/salaries
      root may not insert-row on /team/salaries
      carol may delete-row on /team/notes
      bob may not delete-row on /team/notes
      alice may update-row on /team/salaries
      carol may not update-row on /team/salaries
      bob may create-table on /team
      alice may not create-table on /team
      alice may execute-sql on /team
      bob may not execute-sql on /team
      bob may not view-table on /team/notes
      anonymous may view-table on /team/posts`,
    )
  })

  it('--default-deny', () => {
    const config = {
      permissions: { 'view-instance': { id: '*' } },
      databases: {
        team: {
          permissions: { 'view-database': { id: ['alice', 'bob'] }, 'execute-sql': { id: 'bob' } },
          tables: {
            posts: { permissions: { 'view-table': { id: ['alice'] } } },
            notes: { allow: { id: 'bob' } },
          },
        },
      },
    }
    expectAll(
      { config, defaultDeny: true },
      ACTORS,
      `
      anonymous may not view-instance on /
      carol may view-instance on /
      carol may not view-database on /team
      carol may not view-table on /team/posts
      alice may view-table on /team/posts
      alice may not view-table on /team/notes
      bob may view-table on /team/notes
      bob may execute-sql on /team
      alice may not execute-sql on /team
      alice may not view-database on /archive
      root may not view-table on /team/salaries`,
    )
  })

  it('--default-deny with --root', () => {
    const budgets = { allow: { unauthenticated: true } }
    expectAll(
      {
        config: { databases: { archive: { allow: { id: 'alice' }, tables: { budgets } } } },
        defaultDeny: true,
        rootEnabled: true,
      },
      ACTORS,
      `
      anonymous may not view-instance on /
      root may view-instance on /
      root may view-table on /team/salaries
      alice may view-database on /archive
      alice may view-table on /archive/reports
      anonymous may view-table on /archive/budgets
      alice may not view-table on /archive/budgets
      alice may not view-instance on /
      bob may not view-instance on /`,
    )
  })

  it('default_allow_sql off', () => {
    expectAll(
      { config: { databases: { team: { allow_sql: { id: ['alice', 'bob'] } } } }, defaultAllowSql: false },
      ACTORS,
      `
      anonymous may not execute-sql on /team
      alice may execute-sql on /team
      alice may not execute-sql on /archive
      carol may not execute-sql on /team
      bob may execute-sql on /team
      anonymous may view-query on /team/titles`,
    )
  })

  it('restricted tokens of root', () => {
    const token = (_r: Actor): Actor => ({ id: 'root', token: 'dstok', _r })
    const tokens = {
      everything: { id: 'root', token: 'dstok' },
      nothing: token({}),
      global_view: token({ a: ['vi', 'vd', 'vt'] }),
      table_only: token({ r: { team: { posts: ['vt'] } } }),
      database_view: token({ a: ['vi'], d: { archive: ['vd', 'vt'] } }),
      full_names: token({
        a: ['view-instance'],
        d: { team: ['view-database', 'execute-sql'] },
        r: { team: { notes: ['view-table', 'insert-row'] } },
      }),
      sql_without_view: token({ d: { team: ['es'] } }),
      insert_posts: token({ r: { team: { posts: ['ir'] } } }),
      unknown_action: token({ a: ['zz', 'vi'] }),
      writer: token({ a: ['ir', 'ur', 'dr'] }),
    }
    expectAll(
      { rootEnabled: true },
      tokens,
      `
      everything may view-table on /team/posts
      nothing may not view-table on /team/posts
      nothing may not view-instance on /
      global_view may view-table on /team/posts
      global_view may not execute-sql on /team
      global_view may not insert-row on /team/posts
      table_only may view-table on /team/posts
      table_only may not view-database on /team
      table_only may not view-table on /team/notes
      database_view may view-table on /archive/reports
      database_view may not view-table on /team/posts
      database_view may view-instance on /
      full_names may execute-sql on /team
      full_names may not execute-sql on /archive
      full_names may insert-row on /team/notes
      full_names may not view-table on /team/posts
      sql_without_view may not execute-sql on /team
      insert_posts may insert-row on /team/posts
      insert_posts may not insert-row on /team/notes
      unknown_action may view-instance on /
      writer may update-row on /team/posts
      writer may not drop-table on /team/posts`,
    )
  })
})
