import type { Place } from './places.ts'

/** A page as the browser knows it. */
export type OpenPage = {
  /** With parameters. */
  readonly path: string
  readonly title: string
  /** The path of the home page: every other begins with it. */
  readonly homePath: string
  /** The status that the page was answered with; 0 where the browser does not tell. */
  readonly status: number
}

/** The open page as a place to come back to: a database, or a table, view or stored query; null for other pages. */
export function thisPlace({ path, title, homePath, status }: OpenPage): Place | null {
  const [address = ''] = path.split('?')
  if (!address.startsWith(homePath) || (status !== 0 && status !== 200)) return null
  const steps = address.slice(homePath.length).split('/')
  if (steps.length > 2 || steps.some((step) => step === '' || step === '-')) return null
  return { name: title, type: steps.length === 1 ? 'database' : '', path: address }
}
