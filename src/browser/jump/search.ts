import { findPlaces, type Place } from './places.ts'

/** How long writing has to rest before the server is asked, in milliseconds. */
const REST_MS = 150

/** Shows places, with a sentence about them. */
type Show = (places: readonly Place[], words: string) => void

/**
 * Gives the function that searches for what was written; each search takes the place of the one before. `address` finds
 * places; `recent` are those to show while nothing is written.
 */
export function createSearch(address: string, recent: () => readonly Place[], show: Show) {
  let stop = new AbortController()
  let timer: number | undefined
  return (words: string): void => {
    stop.abort()
    clearTimeout(timer)
    if (words === '') return showRecent(recent(), show)
    stop = new AbortController()
    const { signal } = stop
    timer = window.setTimeout(() => {
      findPlaces(address, words, signal).then(
        (places) => signal.aborted || show(places, countOf(places)),
        () => signal.aborted || show([], 'The search does not answer just now. Write on to try it again.'),
      )
    }, REST_MS)
  }
}

function showRecent(places: readonly Place[], show: Show): void {
  if (places.length === 0) show([], 'Write a part of the name of a database, table, view or query.')
  else show(places, 'Where you were last')
}

function countOf({ length }: readonly Place[]): string {
  if (length === 0) return 'Nothing that you may see has this in its name.'
  return length === 1 ? 'One place' : `${length} places`
}
