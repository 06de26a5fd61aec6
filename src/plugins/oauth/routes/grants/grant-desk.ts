import type { AppContext, PersonId } from '../../../../plugin.ts'
import { MANAGE_GRANTS } from '../../actions.ts'
import { personOf } from '../../provider.ts'
import type { GrantFilter } from '../../storage/grant-list.ts'
import { textOf } from './grant-query.ts'
import { APPS_PATH, GRANTS_PATH } from '../paths.ts'

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

/** What is looked for at a desk, as it was sent: an app, and at everybody's a person. */
export type AskedAtDesk = { readonly client: string | null; readonly actor: string | null }

/** Reads what is looked for, out of an address or a form. */
export function askedAt({ kind }: GrantDesk, sent: URLSearchParams): AskedAtDesk {
  return { client: textOf(sent, 'client'), actor: kind === 'everybody' ? textOf(sent, 'actor') : null }
}

/** The same as a filter that finds nothing from outside the desk. */
export function filterAt(desk: GrantDesk, c: AppContext, asked: AskedAtDesk): GrantFilter {
  return { owner: ownerAt(desk, c), ...asked }
}
