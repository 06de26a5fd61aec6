/**
 * Scopes in words for the person who decides. A name of somebody's database or table is always a part of its
 * own, so that the page can keep it apart from our words.
 */
import { visible, type Action } from '../../../plugin.ts'
import type { Scope } from '../protocol/scope.ts'
import { actionWords, type ActionWords } from './action-words.ts'
import type { ScopeLine, SentencePart } from './scope-choice.tsx'

/** What a scope would let an app do. */
export type ScopeDescription = Pick<ScopeLine, 'group' | 'sentence' | 'powerful'>

/** Describes a scope; `action` is the one that it names. */
export function describeScope(asked: Scope, action: Action): ScopeDescription {
  const scope = shown(asked)
  const words = actionWords(action.name)
  if (words === null) {
    const group = action.name.startsWith('view-') ? 'read' : 'administer'
    return { group, powerful: false, sentence: [{ text: action.description }, ...placeWords(scope)] }
  }
  return { group: words.group, powerful: words.powerful, sentence: sentenceFor(scope, words) }
}

/** Names may hold anything; what would be invisible in them, or turn them round, is made visible. */
function shown([name, database, resource]: Scope): Scope {
  if (database === undefined) return [name]
  return resource === undefined ? [name, visible(database)] : [name, visible(database), visible(resource)]
}

/** Picks the sentence for how wide the scope is and puts the names in. What a scope cannot reach is said all the same. */
function sentenceFor([, database, resource]: Scope, words: ActionWords): readonly SentencePart[] {
  const names = { database, resource }
  if (resource !== undefined && words.one !== undefined) return fill(words.one, names)
  if (database !== undefined && words.inDatabase !== undefined) {
    return [
      ...fill(words.inDatabase, names),
      ...(resource === undefined ? [] : [{ text: ', ' }, { name: resource }]),
    ]
  }
  return [...fill(words.everywhere, names), ...placeOutOfReach(database, resource)]
}

function fill(
  template: string,
  names: { readonly database: string | undefined; readonly resource: string | undefined },
): readonly SentencePart[] {
  return template
    .split(/(\{database\}|\{resource\})/u)
    .filter((piece) => piece !== '')
    .map((piece) => {
      if (piece === '{database}') return { name: names.database ?? '' }
      return piece === '{resource}' ? { name: names.resource ?? '' } : { text: piece }
    })
}

function placeWords([, database, resource]: Scope): readonly SentencePart[] {
  if (database === undefined) return [{ text: ', everywhere' }]
  const inDatabase = [{ text: ', in ' }, { name: database }]
  return resource === undefined
    ? inDatabase
    : [{ text: ', on ' }, { name: resource }, { text: ' in ' }, { name: database }]
}

function placeOutOfReach(
  database: string | undefined,
  resource: string | undefined,
): readonly SentencePart[] {
  if (database === undefined) return []
  return [
    { text: ' (' },
    { name: resource === undefined ? database : `${database}/${resource}` },
    { text: ')' },
  ]
}
