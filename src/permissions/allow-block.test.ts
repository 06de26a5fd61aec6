import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../auth/actor.ts'
import { allowBlockSchema, matchesAllowBlock, type AllowBlock } from './allow-block.ts'

const ANN = { id: 'a' }

describe('matchesAllowBlock', () => {
  it.each<[string, AllowBlock, Actor | null]>([
    ['true is everybody', true, ANN],
    ['true is anonymous too', true, null],
    ['1 is as true', 1, null],
    ['one value', { id: 'a' }, ANN],
    ['one of several values', { id: ['a', 'b'] }, ANN],
    ['a star is whoever has the key', { id: '*' }, ANN],
    ['a star is content with a null', { id: '*' }, { id: null }],
    ['lists overlap', { roles: ['x'] }, { roles: ['y', 'x'] }],
    ['a scalar in the block, a list in the actor', { roles: 'x' }, { roles: ['y', 'x'] }],
    ['keys are alternatives', { id: 'a', role: 'b' }, { id: 'z', role: 'b' }],
    ['anonymous', { unauthenticated: true }, null],
    ['anonymous beside a key', { unauthenticated: true, id: '*' }, null],
    ['a key beside anonymous', { unauthenticated: true, id: '*' }, ANN],
    ['numbers', { id: 1 }, { id: 1 }],
    ['booleans', { staff: true }, { staff: true }],
  ])('matches: %s', (_what, block, actor) => expect(matchesAllowBlock(block, actor)).toBe(true))

  it.each<[string, AllowBlock, Actor | null]>([
    ['false is nobody', false, ANN],
    ['0 is nobody', 0, ANN],
    ['an empty block is nobody', {}, ANN],
    ['an empty block is not anonymous either', {}, null],
    ['another value', { id: 'a' }, { id: 'b' }],
    ['no such key', { role: 'a' }, ANN],
    ['a star and no such key', { role: '*' }, ANN],
    ['a star in a list is a plain text', { id: ['*'] }, ANN],
    ['a star and anonymous', { id: '*' }, null],
    ['anonymous only, signed in', { unauthenticated: true }, ANN],
    [
      'anonymous only, and an actor that claims it',
      { unauthenticated: true },
      { id: 'a', unauthenticated: true },
    ],
    ['unauthenticated: false', { unauthenticated: false }, null],
    ['unauthenticated of another type', { unauthenticated: 'true' }, null],
    ['a number is no text', { id: 1 }, { id: '1' }],
    ['true is no number', { staff: 1 }, { staff: true }],
    ['null never matches', { id: null }, { id: null }],
    ['null in a list never matches', { id: [null, 'b'] }, { id: null }],
    ['an object is never equal', { id: 'a' }, { id: { a: 'a' } }],
    ['an empty list', { id: [] }, ANN],
    ['an inherited key', { constructor: '*', toString: '*' }, ANN],
    ['a prototype', JSON.parse('{"__proto__": "*"}'), ANN],
    ['a key on a prototype', { id: 'a' }, JSON.parse('{"__proto__": {"id": "a"}}')],
    ['a block on a prototype', JSON.parse('{"__proto__": {"id": "a"}}'), ANN],
  ])('does not match: %s', (_what, block, actor) => expect(matchesAllowBlock(block, actor)).toBe(false))

  it('never throws, whatever the actor holds', () => {
    const blocks = fc.dictionary(fc.constantFrom('id', 'role'), fc.oneof(fc.string(), fc.array(fc.integer())))
    fc.assert(
      fc.property(blocks, fc.dictionary(fc.constantFrom('id', 'role'), fc.jsonValue()), (block, actor) => {
        expect(typeof matchesAllowBlock(block, actor as Actor)).toBe('boolean')
      }),
    )
  })
})

describe('allowBlockSchema', () => {
  it.each<[unknown]>([
    [true],
    [false],
    [0],
    [1],
    [{}],
    [{ id: 'a' }],
    [{ id: ['a', 1, true, null], role: null }],
  ])('accepts %j as it is', (block) => expect(allowBlockSchema.parse(block)).toEqual(block))

  it.each<[unknown]>([
    [[]],
    [['a']],
    ['root'],
    [''],
    [2],
    [-1],
    [null],
    [{ id: { a: 1 } }],
    [{ id: [['a']] }],
  ])('refuses %j', (block) => {
    const parsed = allowBlockSchema.safeParse(block)
    expect(parsed.error?.issues[0]?.message).toContain('expected true, false, or a mapping')
  })
})
