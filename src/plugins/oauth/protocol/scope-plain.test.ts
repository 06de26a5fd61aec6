import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJsonScopes } from './scope-json.ts'
import { formatPlainScopes, parsePlainScopes } from './scope-plain.ts'
import type { Scope } from './scope.ts'

describe('parsePlainScopes', () => {
  it('reads an action everywhere, in a database and on a table', () => {
    expect(parsePlainScopes('view-instance view-database:mydb view-table:mydb/users')).toEqual([
      ['view-instance'],
      ['view-database', 'mydb'],
      ['view-table', 'mydb', 'users'],
    ])
  })

  it('decodes percent-encoded names', () => {
    expect(parsePlainScopes('view-table:my%20db/a%2Fb')).toEqual([['view-table', 'my db', 'a/b']])
  })

  it('expands read to what a reader needs', () => {
    expect(parsePlainScopes('read')).toEqual([
      ['view-instance'],
      ['view-database'],
      ['view-table'],
      ['view-query'],
      ['execute-sql'],
    ])
  })

  it('expands read:database to what exists there or below', () => {
    expect(parsePlainScopes('read:team')).toEqual([
      ['view-database', 'team'],
      ['view-table', 'team'],
      ['view-query', 'team'],
      ['execute-sql', 'team'],
    ])
  })

  it('expands write:database/resource to what exists on a table', () => {
    expect(parsePlainScopes('write:team/posts')).toEqual([
      ['insert-row', 'team', 'posts'],
      ['update-row', 'team', 'posts'],
      ['delete-row', 'team', 'posts'],
      ['alter-table', 'team', 'posts'],
      ['drop-table', 'team', 'posts'],
    ])
  })

  it('ignores openid, profile and email, and spaces that stand alone', () => {
    expect(parsePlainScopes(' openid  profile email view-instance ')).toEqual([['view-instance']])
  })

  it.each([
    ['an empty database', 'view-table:'],
    ['an empty table', 'view-table:db/'],
    ['an empty database before a table', 'view-table:/t'],
    ['an empty action', ':db'],
    ['a fourth part', 'view-table:db/t/x'],
    ['a second colon', 'view-table:db:t'],
    ['broken percent-encoding', 'view-table:%zz'],
    ['percent-encoding that is not UTF-8', 'view-table:%ff'],
    ['a quotation mark, which RFC 6749 §3.3 forbids', 'view-table:"db"'],
    ['a tab between tokens', 'view-instance\tview-database'],
    ['letters that were not encoded', 'view-table:café'],
    ['a place after an ignored name', 'openid:'],
  ])('refuses %s', (_fault, text) => {
    expect(parsePlainScopes(text)).toBeNull()
  })
})

const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.isWellFormed())
const action = fc
  .stringMatching(/^[a-z][a-z-]{2,20}$/u)
  .filter((text) => !/^(?:read|write|openid|profile|email)$/u.test(text))
const scope: fc.Arbitrary<Scope> = fc.oneof(
  action.map((a) => [a] as const),
  fc.tuple(action, name),
  fc.tuple(action, name, name),
)

describe('formatPlainScopes', () => {
  it('round-trips every Unicode name', () => {
    fc.assert(
      fc.property(fc.array(scope), (scopes) => {
        expect(parsePlainScopes(formatPlainScopes(scopes))).toEqual(scopes)
      }),
    )
  })

  it('uses only the characters of RFC 6749 §3.3', () => {
    fc.assert(
      fc.property(fc.array(scope, { minLength: 1 }), (scopes) => {
        expect(formatPlainScopes(scopes)).toMatch(/^[\u0020\u0021\u0023-\u005B\u005D-\u007E]+$/u)
      }),
    )
  })

  it('encodes what RFC 3986 reserves', () => {
    expect(formatPlainScopes([['view-table', "a:b's", '(c)*!']])).toBe('view-table:a%3Ab%27s/%28c%29%2A%21')
  })
})

describe('parseJsonScopes', () => {
  it('reads back what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.array(scope), (scopes) => {
        expect(parseJsonScopes(JSON.stringify(scopes))).toEqual(scopes)
      }),
    )
  })

  it.each([
    ['a flat array', '["view-instance"]'],
    ['an empty scope', '[[]]'],
    ['a fourth part', '[["a","b","c","d"]]'],
    ['an empty string', '[["view-table",""]]'],
    ['a number', '[[1]]'],
    ['null in a scope', '[["view-table",null]]'],
    ['an object', '[{"0":"view-instance"}]'],
    ['a half of a surrogate pair, which no URL can carry', String.raw`[["view-table","\ud800"]]`],
    ['text that is not JSON', '[["view-instance"]'],
    ['something after the array', '[["view-instance"]] [["view-table"]]'],
  ])('refuses %s', (_fault, text) => {
    expect(parseJsonScopes(text)).toBeNull()
  })
})
