import { describe, expect, it } from 'vitest'
import { actorId, actorLabel, isTokenActor } from './actor.ts'

describe('actorId', () => {
  it('is the id as text, also when it is a number', () => {
    expect(actorId({ id: 'ann' })).toBe('ann')
    expect(actorId({ id: 0 })).toBe('0')
  })

  it.each([
    ['nobody', null],
    ['an actor without id', { name: 'ann' }],
    ['an empty id', { id: '' }],
    ['an id that is a list', { id: ['root'] }],
    ['an id that is null', { id: null }],
    ['an id that is true', { id: true }],
    ['an id that is false', { id: false }],
    ['an id that is an object', { id: { id: 'root' } }],
  ])('is null for %s', (_what, actor) => expect(actorId(actor)).toBeNull())
})

describe('isTokenActor', () => {
  it('tells a token from a browser session', () => {
    expect(isTokenActor({ id: 'ann', token: 'dstok' })).toBe(true)
    expect(isTokenActor({ id: 'ann' })).toBe(false)
    expect(isTokenActor({ id: 'ann', token: '' })).toBe(false)
  })
})

describe('actorLabel', () => {
  it('takes the friendliest name there is', () => {
    expect(actorLabel({ id: 'a1', login: 'ann9', name: 'Ann', display: 'Ann Lee' })).toBe('Ann Lee')
    expect(actorLabel({ id: 'a1', login: 'ann9', username: 'anny' })).toBe('anny')
    expect(actorLabel({ id: 'a1', name: '' })).toBe('a1')
    expect(actorLabel({ id: 7, name: { first: 'Ann' } })).toBe('7')
  })

  it('has words for an actor that says nothing of itself', () => {
    expect(actorLabel({ role: 'editor' })).toBe('Somebody without a name')
  })
})
