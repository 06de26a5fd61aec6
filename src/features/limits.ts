import type { ReadQuery } from '../database/database.ts'
import type { AppContext } from '../routing/context.ts'
import type { FeatureDeps } from './feature-deps.ts'
import type { CountLimits } from './table-counts.ts'

/** What every query that a visitor causes runs with: a time, whose it is, and its end when they have gone. */
export type VisitorLimits = Required<Pick<ReadQuery, 'timeLimitMs' | 'signal' | 'peer'>>

/** The limits of the visitor who makes this request. */
export function visitorLimits({ settings }: Pick<FeatureDeps, 'settings'>, c: AppContext): VisitorLimits {
  return { timeLimitMs: settings.sql_time_limit_ms, signal: c.req.raw.signal, peer: c.env.address }
}

/** Counting everything that one answer shows takes half as long as a query may: what is not known by then is left out. */
export function countLimits(deps: Pick<FeatureDeps, 'settings'>, c: AppContext): CountLimits {
  const { timeLimitMs, signal, peer } = visitorLimits(deps, c)
  return { deadlineMs: performance.now() + timeLimitMs / 2, signal, peer }
}
