import { describe, expect, it } from 'vitest'
import { fail, ok } from '../../../result.ts'
import { parseUpdateRequest } from './update-request.ts'

const COLUMNS = new Set(['id', 'name'])

describe('parseUpdateRequest', () => {
  it('reads the new values and what is asked for besides', () => {
    expect(parseUpdateRequest({ update: { name: [1n] } }, COLUMNS)).toEqual(
      ok({ values: new Map([['name', '[1]']]), returnsRow: false, addsColumns: false }),
    )
    expect(parseUpdateRequest({ update: { more: true }, return: true, alter: true }, COLUMNS)).toEqual(
      ok({ values: new Map([['more', 1n]]), returnsRow: true, addsColumns: true }),
    )
  })

  it.each([
    [[], 'JSON must be a dictionary'],
    [null, 'JSON must be a dictionary'],
    [{}, 'JSON must contain an update dictionary'],
    [{ update: [] }, 'JSON must contain an update dictionary'],
    [{ update: {}, zz: 1, replace: true }, 'Invalid keys: replace, zz'],
    [{ update: { nosuch: 1 } }, 'no such column: nosuch'],
    [{ update: { ID: 1 } }, 'no such column: ID'],
    [{ update: { id: { $base64: true, encoded: 5 } } }, '$base64 encoded value must be a string'],
  ])('refuses %j', (body, message) => expect(parseUpdateRequest(body, COLUMNS)).toEqual(fail(message)))

  it('refuses more columns than a table can have', () => {
    const update = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`c${n}`, null]))
    expect(parseUpdateRequest({ update, alter: true }, COLUMNS)).toEqual(
      fail('Too many columns: the table would have 2002, maximum allowed is 2000'),
    )
  })
})
