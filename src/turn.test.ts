import { expect, it } from 'vitest'
import { turnEnd } from './turn.ts'

it('comes after all that goes on without waiting, once for all of a turn and in their order', async () => {
  const seen: string[] = []
  const first = turnEnd().then(() => seen.push('first'))
  const second = turnEnd().then(() => seen.push('second'))
  await Promise.resolve().then(() => seen.push('work'))
  await Promise.all([first, second])
  expect(seen).toEqual(['work', 'first', 'second'])
})

it('has another end in the next turn', async () => {
  const before = turnEnd()
  await before
  expect(turnEnd()).not.toBe(before)
})
