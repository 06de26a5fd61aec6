import { setTimeout } from 'node:timers/promises'
import { DatabaseBusyError } from '../database/busy.ts'

/** Pauses between attempts, in milliseconds: a quarter of a second in all. */
const PAUSES_MS = [10, 20, 40, 80, 100]

/**
 * Does work that only reads, and does it again while another process, or the writer that gives a file its write-ahead log, has locked the
 * file for a moment. Nothing else waits for it. Throws `DatabaseBusyError` where the lock stays.
 */
export async function whenUnlocked<T>(work: () => T | Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof DatabaseBusyError)) throw error
      await setTimeout(pause)
    }
  }
  return work()
}
