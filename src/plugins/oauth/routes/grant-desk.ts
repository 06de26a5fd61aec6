import type { AppContext, PersonId } from '../../../plugin.ts'
import { MANAGE_GRANTS } from '../actions.ts'
import { personOf } from '../provider.ts'
import { APPS_PATH, GRANTS_PATH } from './paths.ts'

/** Where grants are looked after: one's own, or everybody's. The pages are the same. */
export type GrantDesk = {
  readonly kind: 'own' | 'everybody'
  readonly path: string
  readonly title: string
  readonly allow: { readonly who: 'person'; readonly action: string | null }
}

export const OWN_DESK: GrantDesk = {
  kind: 'own',
  path: APPS_PATH,
  title: 'Apps with access to your data',
  allow: { who: 'person', action: null },
}

export const EVERYBODYS_DESK: GrantDesk = {
  kind: 'everybody',
  path: GRANTS_PATH,
  title: 'Apps with access to everybody’s data',
  allow: { who: 'person', action: MANAGE_GRANTS },
}

/** Whose grants there are at this desk; null for everybody's. Of anybody else's it knows nothing. */
export function ownerAt(desk: GrantDesk, c: AppContext): PersonId | null {
  return desk.kind === 'own' ? personOf(c).id : null
}
