import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { Upkeep, type UpkeepTask } from './upkeep.ts'

function started(...tasks: readonly UpkeepTask[]) {
  let logged = ''
  const log = pino({ level: 'info' }, { write: (line: string) => (logged += line) })
  const upkeep = new Upkeep(tasks, { now: () => 7 }, log)
  upkeep.start()
  return { upkeep, log: () => logged }
}

/** A pile that is taken away in batches of two; `empty` settles when nothing is found any more. */
function pile(size: number) {
  const { promise: empty, resolve } = Promise.withResolvers<void>()
  let left = size
  const task: UpkeepTask = async () => {
    const batch = Math.min(2, left)
    left -= batch
    if (batch === 0) resolve()
    return batch
  }
  return { task, empty, left: () => left }
}

describe('Upkeep', () => {
  it('removes batches of every kind until nothing is left', async () => {
    const [many, few] = [pile(7), pile(1)]
    const { upkeep } = started(many.task, few.task)
    await Promise.all([many.empty, few.empty])
    expect([many.left(), few.left()]).toEqual([0, 0])
    await upkeep.stop()
  })

  it('ends after the batch that is being removed, and begins no other', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const { promise: removed, resolve: remove } = Promise.withResolvers<number>()
    let batches = 0
    const { upkeep } = started(() => {
      batches += 1
      begin()
      return removed
    })
    await begun
    let isStopped = false
    const stopped = upkeep.stop().then(() => (isStopped = true))
    await new Promise(setImmediate)
    expect(isStopped).toBe(false)
    remove(5)
    await stopped
    expect(batches).toBe(1)
  })

  it('goes on with the others when one cannot be done', async () => {
    const few = pile(1)
    const { upkeep, log } = started(() => Promise.reject(new Error('the store is locked')), few.task)
    await few.empty
    expect(log()).toContain('upkeep.failed')
    await upkeep.stop()
  })

  it('stops although it never began', async () => {
    await expect(new Upkeep([], { now: () => 7 }, pino({ enabled: false })).stop()).resolves.toBeUndefined()
  })
})
