import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../auth/actor.ts'
import { magicValues } from './magic-parameters.ts'

const ada: Actor = { id: 'ada', age: 36, height: 1.5, admin: true, roles: ['a', 'b'], nothing: null }

function values(sql: string, options: { actor?: Actor | null; headers?: Record<string, string> } = {}) {
  return magicValues(sql, {
    actor: options.actor === undefined ? ada : options.actor,
    headers: new Headers(options.headers),
    clock: { now: () => 1_800_000_000 },
    random: { bytes: (count) => new Uint8Array(count).fill(0xa7) },
  })
}

const value = (name: string, options?: Parameters<typeof values>[1]) => values(`select :${name}`, options)

describe('magicValues', () => {
  it.each([
    ['_actor_id', 'ada'],
    ['_actor_age', 36n],
    ['_actor_height', 1.5],
    ['_actor_admin', 1n],
    ['_actor_roles', '["a","b"]'],
    ['_now_epoch', 1_800_000_000n],
    ['_now_date_utc', '2027-01-15'],
    ['_now_datetime_utc', '2027-01-15T08:00:00Z'],
    ['_random_chars_5', 'a7a7a'],
    ['_random_chars_0', ''],
  ])('fills %s', (name, filled) => expect(value(name)).toEqual({ ok: true, value: { [name]: filled } }))

  it('fills headers and cookies, and has NULL for those that the request does not have', () => {
    const headers = { 'User-Agent': 'curl', Cookie: 'lang=fr; theme=dark' }
    const sql =
      'select :_header_user_agent, :_header_x_none, @_cookie_lang, $_cookie_none, :_cookie_constructor'
    expect(values(sql, { headers })).toEqual({
      ok: true,
      value: {
        _header_user_agent: 'curl',
        _header_x_none: null,
        _cookie_lang: 'fr',
        _cookie_none: null,
        _cookie_constructor: null,
      },
    })
  })

  it('takes the same value wherever a name stands, and none that is quoted or a comment', () => {
    expect(values("select :_now_epoch, :_now_epoch, ':_actor_id' -- :_actor_id")).toEqual({
      ok: true,
      value: { _now_epoch: 1_800_000_000n },
    })
  })

  it.each([
    '_',
    '_actor',
    '_actor_',
    '_nothing_of_the_sort',
    '_now_yesterday',
    '_random_chars_1000',
    '_random_chars_x',
    '_random_chars_-1',
    '_header_é',
    '__proto___x',
  ])('leaves %s out, which means nothing', (name) => {
    expect(value(name)).toEqual({ ok: true, value: {} })
  })

  it.each([
    ['_actor_id', null, 'This query needs :_actor_id. Sign in to run it.'],
    ['_actor_role', ada, 'This query needs :_actor_role, which is not known about you.'],
    ['_actor_nothing', ada, 'This query needs :_actor_nothing, which is not known about you.'],
    ['_actor_constructor', ada, 'This query needs :_actor_constructor, which is not known about you.'],
    ['_actor___proto__', ada, 'This query needs :_actor___proto__, which is not known about you.'],
  ])('fails for %s that is not known, in place of NULL', (name, actor, message) => {
    expect(value(name, { actor })).toEqual({ ok: false, error: message })
  })

  it.each([
    '_header_authorization',
    '_header_Authorization',
    '_header_cookie',
    '_header_proxy_authorization',
    '_cookie_ds_actor',
    '_cookie_ds_messages',
    '_cookie_tapedeck_known_browser',
  ])('gives no credential away: %s', (name) => {
    const headers = { Authorization: 'Bearer secret', Cookie: 'ds_actor=secret' }
    expect(value(name, { headers })).toEqual({
      ok: false,
      error: `No query may use :${name}, because it holds what signs somebody in.`,
    })
  })

  it('has an answer for any name, whatever the request is like', () => {
    const kind = fc.constantFrom('actor', 'header', 'cookie', 'now', 'random', 'random_chars', 'x')
    const key = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '9', '_', '$', 'é', '\u{1F600}', '\uFFFF') })
    const cookie = fc.string({ unit: fc.constantFrom('a', '=', ';', ' ', '"', '%', 'é') })
    fc.assert(
      fc.property(kind, key, cookie, (kind, key, cookie) => {
        const filled = values(`select :_${kind}_${key}`, { headers: { Cookie: cookie } })
        if (filled.ok) expect(Object.keys(filled.value).length).toBeLessThanOrEqual(1)
        else expect(filled.error).toMatch(/^(?:This query needs|No query may use) :_/)
      }),
    )
  })
})
