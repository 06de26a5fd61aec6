/**
 * Actions and their places in words, for the person who gives them to an app or has given them to a token. A name of somebody's
 * database or table is always a part of its own, so that a page can keep it apart from our words.
 */
import { visible } from '../http/visible-text.ts'
import { actionWords, type ActionWords } from './action-words.ts'
import type { Action } from './action.ts'

/** A piece of a sentence: our words, or a name of something on this site. */
export type SentencePart = { readonly text: string } | { readonly name: string }

/** Where an action is done: everywhere, in one database, or to one table, view or query in it. */
export type ActionPlace =
  | readonly []
  | readonly [database: string]
  | readonly [database: string, resource: string]

/** What an action at a place lets somebody do. */
export type ActionDescription = {
  readonly group: 'read' | 'change' | 'administer'
  readonly sentence: readonly SentencePart[]
  /** Cannot be undone, or opens far more than one thing. */
  readonly powerful: boolean
}

/** Describes an action at a place. */
export function describeAction(action: Action, asked: ActionPlace): ActionDescription {
  const place = shown(asked)
  const words = actionWords(action.name)
  if (words === null) {
    const group = action.name.startsWith('view-') ? 'read' : 'administer'
    return { group, powerful: false, sentence: [{ text: action.description }, ...placeWords(place)] }
  }
  return { group: words.group, powerful: words.powerful, sentence: sentenceFor(place, words) }
}

/** Names may hold anything; what would be invisible in them, or turn them round, is made visible. */
function shown([database, resource]: ActionPlace): ActionPlace {
  if (database === undefined) return []
  return resource === undefined ? [visible(database)] : [visible(database), visible(resource)]
}

/** Picks the sentence for how wide the place is and puts the names in. What an action cannot reach is said all the same. */
function sentenceFor([database, resource]: ActionPlace, words: ActionWords): readonly SentencePart[] {
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

function placeWords([database, resource]: ActionPlace): readonly SentencePart[] {
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
