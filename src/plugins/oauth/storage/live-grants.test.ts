import { describe, expect, it } from 'vitest'
import type { GrantId } from '../protocol/ids.ts'
import type { LiveGrant } from './grants.ts'
import { LiveGrants } from './live-grants.ts'

const GRANT = 'a'.repeat(32) as GrantId
const OTHER = 'b'.repeat(32) as GrantId
const APP = { id: GRANT, client: { id: 'c'.repeat(32), name: 'An app' } }
const LIVE: LiveGrant = { person: {}, resource: null, lastUsedAt: null, narrowedTo: null, app: APP }

/** A store that counts what it is asked, and a clock that only moves when told. */
function memoryOver(rows = new Map<GrantId, LiveGrant>([[GRANT, LIVE]])) {
  const asked = { grants: 0, counts: 0 }
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
  const findLive = async (grantId: GrantId) => {
    asked.grants += 1
    return rows.get(grantId) ?? null
  }
  const grants = { findLive }
  const memory = new LiveGrants(grants, changes, () => nowMs)
  const wait = (ms: number) => (nowMs += ms)
  return { asked, changes, grants, memory, rows, wait }
}

describe('LiveGrants', () => {
  it('looks a grant up once and the count at most every 250 ms', async () => {
    const { asked, memory, wait } = memoryOver()
    for (let request = 0; request < 100; request += 1) {
      expect(await memory.find(GRANT)).toBe(LIVE)
      wait(10)
    }
    expect(asked).toEqual({ grants: 1, counts: 4 })
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
    expect(asked.grants).toBe(1)
  })

  it('looks up a grant that it has never seen, made after the last count', async () => {
    const { memory, rows } = memoryOver()
    await memory.find(GRANT)
    rows.set(OTHER, LIVE)
    expect(await memory.find(OTHER)).toBe(LIVE)
  })

  it('does not remember what was read before a change of this process', async () => {
    const { changes, grants, memory, rows } = memoryOver()
    const { findLive } = grants
    grants.findLive = async (grantId) => {
      const found = await findLive(grantId)
      rows.delete(grantId)
      changes.ownChanges += 1
      return found
    }
    await memory.find(GRANT)
    grants.findLive = findLive
    expect(await memory.find(GRANT)).toBeNull()
  })

  it('does not remember what was read before a change of another process', async () => {
    const { changes, grants, memory, rows, wait } = memoryOver()
    const { findLive } = grants
    await memory.find(OTHER)
    grants.findLive = async (grantId) => {
      const found = await findLive(grantId)
      grants.findLive = findLive
      rows.delete(grantId)
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

  it('remembers no more than it has room for, the latest', async () => {
    const { asked, memory } = memoryOver(new Map())
    for (let number = 0; number <= 10_000; number += 1) await memory.find(String(number) as GrantId)
    const before = asked.grants
    await memory.find('10000' as GrantId)
    expect(asked.grants).toBe(before)
    await memory.find('0' as GrantId)
    expect(asked.grants).toBe(before + 1)
  })
})
