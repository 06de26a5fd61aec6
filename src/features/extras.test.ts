import { describe, expect, it } from 'vitest'
import { requireExtras } from './extras.ts'

const DESCRIBED = { count: 'a', columns: 'b', query: 'c' }
const asked = (query: string) => [...requireExtras(new URLSearchParams(query), DESCRIBED)]

describe('requireExtras', () => {
  it.each([
    ['nothing', '', []],
    ['a blank parameter', '_extra=&_extra=,', []],
    ['one name', '_extra=count', ['count']],
    ['names between commas', '_extra=query,count', ['query', 'count']],
    ['the parameter again, and a name again', '_extra=columns&_extra=count,columns', ['columns', 'count']],
  ])('finds in %s the names that are asked for', (_what, query, names) => {
    expect(asked(query)).toEqual(names)
  })

  it.each([
    ['_extra=nope', 'Unknown _extra: nope'],
    ['_extra=count,nope&_extra=nada&_extra=nope', 'Unknown _extra: nada, nope'],
    ['_extra=Count', 'Unknown _extra: Count'],
    ['_extra=constructor', 'Unknown _extra: constructor'],
  ])('refuses %s with the unknown names in order', (query, message) => {
    expect(() => asked(query)).toThrow(message)
  })
})
