import type { Actor } from '../../auth/actor.ts'
import type { Signer } from '../../auth/signing.ts'
import { INSTANCE } from '../../permissions/action.ts'
import type { ActivityLog } from '../../permissions/activity.ts'
import type { Tab } from '../../ui/tabs.tsx'
import type { FeatureDeps } from '../feature-deps.ts'

/**
 * Pages that show how permissions are decided (host.md §11.8): what one may do, which rules there are, why a decision is what it
 * is, and what a token says. They ask the engine and change nothing.
 */
export type ToolDeps = FeatureDeps & {
  /** What was decided last about requests. */
  readonly activity: ActivityLog
  readonly signer: Signer
}

/** The addresses of the tools, with what is needed to open them; null for nothing. */
const TOOLS = [
  { path: '/-/check', title: 'Explain', action: 'permissions-debug' },
  { path: '/-/allowed', title: 'Allowed', action: null },
  { path: '/-/rules', title: 'Rules', action: 'permissions-debug' },
  { path: '/-/permissions', title: 'Activity', action: 'permissions-debug' },
  { path: '/-/actions', title: 'Actions', action: 'permissions-debug' },
  { path: '/-/allow-debug', title: 'Allow blocks', action: null },
  { path: '/-/token', title: 'Token', action: null },
] as const

/** The tools that a reader may open, as tabs of the page at `here`. */
export function toolTabs(
  { permissions, urls }: FeatureDeps,
  actor: Actor | null,
  here: (typeof TOOLS)[number]['path'],
): readonly Tab[] {
  return TOOLS.filter(({ action }) => action === null || permissions.allows(actor, action, INSTANCE)).map(
    ({ path, title }) => ({ title, path: urls.path(path), isHere: path === here }),
  )
}
