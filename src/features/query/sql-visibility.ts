import { changedParameters, queryString } from '../links.ts'
import { isSwitchedOn } from '../switches.ts'

/** Whether a page shows the SQL of a query, and how to see it otherwise. */
export type SqlVisibility = {
  readonly isHidden: boolean
  /** The same page with the SQL hidden, or shown; ready for a link. */
  readonly togglePath: string
  /** Parameters that a form has to bring along so that it stays so. */
  readonly kept: readonly (readonly [string, string])[]
}

/**
 * Reads `?_hide_sql=1` and `?_show_sql=1`: one of them goes against how a query stands by itself, and the other changes
 * nothing. `here` is the page without its parameters.
 */
export function sqlVisibility(here: string, query: URLSearchParams, hiddenAtFirst: boolean): SqlVisibility {
  const switchName = hiddenAtFirst ? '_show_sql' : '_hide_sql'
  const isSwitched = isSwitchedOn(query, switchName)
  const on = [[switchName, '1']] as const
  return {
    isHidden: hiddenAtFirst !== isSwitched,
    togglePath:
      here + queryString(changedParameters(query, ['_hide_sql', '_show_sql'], isSwitched ? [] : on)),
    kept: isSwitched ? on : [],
  }
}
