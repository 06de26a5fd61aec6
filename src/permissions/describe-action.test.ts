import { describe, expect, it } from 'vitest'
import { oauthActions } from '../plugins/oauth/actions.ts'
import type { Action } from './action.ts'
import { actionWords } from './action-words.ts'
import { CORE_ACTIONS } from './core-actions.ts'
import { describeAction, type ActionPlace } from './describe-action.ts'

type Scope = readonly [action: string, ...place: ActionPlace]

const ALL = [...CORE_ACTIONS, ...oauthActions]

/** The sentence with names in asterisks. */
function say(scope: Scope, action: Action | undefined = ALL.find(({ name }) => name === scope[0])): string {
  if (action === undefined) throw new Error(`no action ${scope[0]}`)
  const [, ...place] = scope
  return describeAction(action, place)
    .sentence.map((part) => ('name' in part ? `*${part.name}*` : part.text))
    .join('')
}

describe('describeAction', () => {
  it.each<[Scope, string]>([
    [['view-table', 'shop', 'orders'], 'Read the table *orders* in *shop*'],
    [['view-table', 'shop'], 'Read every table in *shop*'],
    [['view-table'], 'Read every table in every database'],
    [['insert-row', 'shop', 'orders'], 'Add rows to *orders* in *shop*'],
    [['execute-sql', 'shop'], 'Read everything in *shop* with its own SQL'],
    [['view-instance'], 'See the home page with its list of databases'],
  ])('tells %j as a person would', (scope, sentence) => expect(say(scope)).toBe(sentence))

  it('keeps names apart from our words, whatever they are', () => {
    expect(
      describeAction(ALL.find(({ name }) => name === 'view-table') as Action, ['{resource}', '<b>']),
    ).toEqual({
      group: 'read',
      powerful: false,
      sentence: [{ text: 'Read the table ' }, { name: '<b>' }, { text: ' in ' }, { name: '{resource}' }],
    })
  })

  it.each(ALL.map((action) => [action.name, action] as const))(
    'has a sentence for %s at each of its levels',
    (name, action) => {
      const depth = { global: 0, database: 1, resource: 2 }[action.level]
      const scopes: readonly Scope[] = [[name], [name, 'shop'], [name, 'shop', 'orders']]
      for (const scope of scopes.slice(0, depth + 1)) {
        const sentence = say(scope, action)
        for (const place of scope.slice(1)) expect(sentence).toContain(`*${place}*`)
        expect(sentence).not.toMatch(/[{}]/u)
      }
      expect(actionWords(name)).not.toBeNull()
    },
  )

  it('tells apart how wide a scope is', () => {
    for (const action of ALL.filter(({ level }) => level === 'resource')) {
      const { name } = action
      expect(
        new Set([say([name], action), say([name, 'a'], action), say([name, 'a', 'b'], action)]).size,
      ).toBe(3)
    }
  })

  it('names the place also where the action does not reach it', () => {
    expect(say(['view-instance', 'shop'])).toContain('*shop*')
    expect(say(['execute-sql', 'shop', 'orders'])).toContain('*orders*')
  })

  it('takes the words of another plugin’s action from its description', () => {
    const action: Action = {
      name: 'send-mail',
      abbr: null,
      description: 'Send mail about rows',
      level: 'resource',
      resourceKind: 'table',
      alsoRequires: null,
      allowedByDefault: false,
    }
    expect(say(['send-mail', 'shop', 'orders'], action)).toBe('Send mail about rows, on *orders* in *shop*')
    expect(say(['send-mail', 'shop'], action)).toBe('Send mail about rows, in *shop*')
    expect(say(['send-mail'], action)).toBe('Send mail about rows, everywhere')
    expect(describeAction(action, []).group).toBe('administer')
    expect(describeAction({ ...action, name: 'view-mail' }, []).group).toBe('read')
  })

  it('never calls a change a read', () => {
    const changing = ALL.filter(({ name }) => !name.startsWith('view-') && name !== 'execute-sql')
    for (const action of changing) expect(describeAction(action, []).group).not.toBe('read')
  })
})
