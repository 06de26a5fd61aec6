import type { Stats } from 'node:fs'
import type { StateFault } from './state-fault.ts'

/** What keeps a file or directory from being private to the user who runs this process; null when it is private. */
export function privacyFault(path: string, stats: Stats, wantedMode: '600' | '700'): StateFault | null {
  const user = process.geteuid?.()
  // Windows has neither owners nor modes in this sense.
  if (user === undefined) return null
  if (stats.uid !== user) return { reason: 'not-ours', path }
  return (stats.mode & 0o077) === 0 ? null : { reason: 'too-open', path, wantedMode }
}
