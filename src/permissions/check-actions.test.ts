import { describe, expect, it } from 'vitest'
import type { Action } from './action.ts'
import { checkActions } from './check-actions.ts'

const action = (name: string, more: Partial<Action> = {}): Action => ({
  name,
  abbr: null,
  description: '',
  level: 'database',
  resourceKind: null,
  alsoRequires: null,
  allowedByDefault: false,
  ...more,
})

describe('checkActions', () => {
  it('accepts actions that require others, in a chain and in common', () => {
    const actions = [
      action('a', { alsoRequires: 'b' }),
      action('b', { alsoRequires: 'd' }),
      action('c', { alsoRequires: 'd' }),
      action('d'),
    ]
    expect(() => {
      checkActions(actions)
    }).not.toThrow()
  })

  it.each<[string, readonly Action[], string]>([
    ['two of one name', [action('a'), action('a')], 'Two actions are called "a"'],
    [
      'an abbreviation twice',
      [action('a', { abbr: 'x' }), action('b', { abbr: 'x' })],
      'Two actions are called "x"',
    ],
    [
      'an abbreviation that is a name',
      [action('a', { abbr: 'b' }), action('b')],
      'Two actions are called "b"',
    ],
    [
      'an unknown required action',
      [action('a', { alsoRequires: 'b' })],
      '"a" requires the unknown action "b"',
    ],
    [
      'a narrower required action',
      [action('a', { alsoRequires: 'b' }), action('b', { level: 'resource' })],
      '"a" cannot require "b", which is done to something narrower',
    ],
    [
      'an action that requires itself',
      [action('a', { alsoRequires: 'a' })],
      '"a" requires itself in a circle',
    ],
    [
      'a circle further on',
      [
        action('a', { alsoRequires: 'b' }),
        action('b', { alsoRequires: 'c' }),
        action('c', { alsoRequires: 'b' }),
      ],
      '"a" requires itself in a circle',
    ],
  ])('refuses %s', (_what, actions, message) => {
    expect(() => {
      checkActions(actions)
    }).toThrow(message)
  })
})
