import type { Actor } from '../../../auth/actor.ts'
import type { WriteFailure } from '../../../database/database.ts'
import type { EventDetails } from '../../../events/event.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { FeatureDeps } from '../../feature-deps.ts'

/**
 * Puts into the trail what a write would have done of which nobody knows whether it was kept; nothing after any other failure. Call it
 * before the refusal, with the events of a success.
 */
export async function trackDoubt(
  { trackEvents }: Pick<FeatureDeps, 'trackEvents'>,
  c: AppContext,
  { reason }: Pick<WriteFailure, 'reason'>,
  events: readonly EventDetails[],
  actor?: Actor | null,
): Promise<void> {
  if (reason === 'in-doubt') await trackEvents(c, events, actor, 'unknown')
}
