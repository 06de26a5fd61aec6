import { describe, expect, it } from 'vitest'
import { ChangeWatch } from './change-watch.ts'
import { Remembered } from './remembered.ts'

const GRANT = 'a grant'
const OTHER = 'another grant'
const LIVE = { lives: true }

/** A store that counts what it is asked, and a clock that only moves when told. */
function memoryOver(rows = new Map([[GRANT, LIVE]])) {
  const asked = { rows: 0, counts: 0 }
  const changes = {
    changes: 0,
    ownChanges: 0,
    broken: false,
    count: async () => {
      asked.counts += 1
      if (changes.broken) throw new Error('the store cannot be read')
      return changes.changes
    },
  }
  let nowMs = 0
  const read = async (key: string) => {
    asked.rows += 1
    return rows.get(key) ?? null
  }
  const store = { read }
  const watch = new ChangeWatch(changes, () => nowMs)
  const memory = new Remembered(watch, (key: string) => store.read(key))
  const wait = (ms: number) => (nowMs += ms)
  return { asked, changes, memory, rows, store, wait, watch }
}

describe('Remembered', () => {
  it('looks a grant up once and the count at most every 250 ms', async () => {
    const { asked, memory, wait } = memoryOver()
    for (let request = 0; request < 100; request += 1) {
      expect(await memory.find(GRANT)).toBe(LIVE)
      wait(10)
    }
    expect(asked).toEqual({ rows: 1, counts: 4 })
  })

  it('T88: knows of what another process ended after 250 ms', async () => {
    const { changes, memory, rows, wait } = memoryOver()
    await memory.find(GRANT)
    rows.delete(GRANT)
    changes.changes += 1
    wait(250)
    expect(await memory.find(GRANT)).toBeNull()
  })

  it('knows of what this process ended at once', async () => {
    const { changes, memory, rows } = memoryOver()
    await memory.find(GRANT)
    rows.delete(GRANT)
    changes.ownChanges += 1
    expect(await memory.find(GRANT)).toBeNull()
  })

  it('remembers that a grant has ended', async () => {
    const { asked, memory } = memoryOver()
    expect([await memory.find(OTHER), await memory.find(OTHER)]).toEqual([null, null])
    expect(asked.rows).toBe(1)
  })

  it('looks up a grant that it has never seen, made after the last count', async () => {
    const { memory, rows } = memoryOver()
    await memory.find(GRANT)
    rows.set(OTHER, LIVE)
    expect(await memory.find(OTHER)).toBe(LIVE)
  })

  it('does not remember what was read before a change of this process', async () => {
    const { changes, memory, rows, store } = memoryOver()
    const { read } = store
    store.read = async (key) => {
      const found = await read(key)
      rows.delete(key)
      changes.ownChanges += 1
      return found
    }
    await memory.find(GRANT)
    store.read = read
    expect(await memory.find(GRANT)).toBeNull()
  })

  it('does not remember what was read before a change of another process', async () => {
    const { changes, memory, rows, store, wait } = memoryOver()
    const { read } = store
    await memory.find(OTHER)
    store.read = async (key) => {
      const found = await read(key)
      store.read = read
      rows.delete(key)
      changes.changes += 1
      wait(250)
      await memory.find(OTHER)
      return found
    }
    await memory.find(GRANT)
    expect(await memory.find(GRANT)).toBeNull()
  })

  it('fails when the store cannot be read, also for a grant that it remembers, and works again afterwards', async () => {
    const { changes, memory, wait } = memoryOver()
    await memory.find(GRANT)
    changes.broken = true
    wait(250)
    await expect(memory.find(GRANT)).rejects.toThrow('cannot be read')
    await expect(memory.find(GRANT)).rejects.toThrow('cannot be read')
    changes.broken = false
    expect(await memory.find(GRANT)).toBe(LIVE)
  })

  it('reads the count once for many checks at the same moment', async () => {
    const { asked, memory } = memoryOver()
    await Promise.all(Array.from({ length: 50 }, () => memory.find(OTHER)))
    expect(asked.counts).toBe(1)
  })

  it('asks again for what is not to be remembered', async () => {
    const { asked, rows, watch } = memoryOver()
    const memory = new Remembered(watch, async (key: string) => {
      asked.rows += 1
      return rows.get(key)
    })
    expect([await memory.find(OTHER), await memory.find(OTHER)]).toEqual([undefined, undefined])
    expect(asked.rows).toBe(2)
    rows.set(OTHER, LIVE)
    expect(await memory.find(OTHER)).toBe(LIVE)
  })

  it('reads the count once for several memories', async () => {
    const { asked, memory, watch } = memoryOver()
    const second = new Remembered(watch, async (key: string) => key)
    await Promise.all([memory.find(GRANT), second.find(GRANT)])
    expect(asked.counts).toBe(1)
  })

  it('remembers no more than it has room for, the latest', async () => {
    const { asked, memory } = memoryOver(new Map())
    for (let number = 0; number <= 10_000; number += 1) await memory.find(String(number))
    const before = asked.rows
    await memory.find('10000')
    expect(asked.rows).toBe(before)
    await memory.find('0')
    expect(asked.rows).toBe(before + 1)
  })
})
