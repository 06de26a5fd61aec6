import { isRecord, readPlaces, type Place } from './places.ts'

const KEY = 'tapedeck-recent'

/** Most places that are remembered. */
const MOST = 8

/** Longest name that is remembered, in characters. */
const MAX_NAME = 100

/** Where this browser keeps text, and for whom: what one person opened is not shown to the next. */
export type RecentDeps = {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly origin: string
  /** What the signed-in person is called; null when nobody is signed in. */
  readonly account: string | null
}

/** The places that were opened last, latest first. The text in the browser's store is judged like any other foreign text. */
export function recentPlaces({ storage, origin, account }: RecentDeps): readonly Place[] {
  const stored = parse(storage.getItem(KEY) ?? '')
  if (!isRecord(stored) || stored['account'] !== account) return []
  return readPlaces(stored['places'], origin).slice(0, MOST)
}

/** Puts a place before the others. */
export function rememberPlace(deps: RecentDeps, place: Place): void {
  const others = recentPlaces(deps).filter(({ path }) => path !== place.path)
  const places = [{ ...place, name: place.name.slice(0, MAX_NAME) }, ...others].slice(0, MOST)
  const written = places.map(({ name, type, path }) => ({ name, type, url: path }))
  deps.storage.setItem(KEY, JSON.stringify({ account: deps.account, places: written }))
}

/** Forgets what another person opened, who has signed out since, in this tab or elsewhere. */
export function forgetOthers({ storage, account }: RecentDeps): void {
  const stored = parse(storage.getItem(KEY) ?? '')
  if (!isRecord(stored) || stored['account'] !== account) forgetPlaces(storage)
}

/** Forgets them all. */
export function forgetPlaces(storage: RecentDeps['storage']): void {
  storage.removeItem(KEY)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
