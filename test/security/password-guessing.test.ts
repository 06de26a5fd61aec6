import { afterEach, beforeEach, expect, it } from 'vitest'
import { createSite, join, PASSWORD, signIn } from '../../src/plugins/passwords/test-people.ts'
import type { TestServer } from '../../src/testing.ts'

/** Passwords that are guessed many at a time, which no look before the guess could count. */

let server: TestServer
beforeEach(async () => {
  server = await createSite()
  await join(server, 'ann')
})
afterEach(() => server.close())

const statuses = async (answers: readonly Promise<Response>[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of await Promise.all(answers)) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

it('looks at ten of two hundred guesses at one name, from as many addresses, all at once', async () => {
  const guesses = Array.from({ length: 200 }, (_, n) =>
    signIn(server, { password: `guess ${n}` }, { address: `198.51.100.${n}` }),
  )
  expect(await statuses(guesses)).toEqual({ 403: 10, 429: 190 })
})

it('looks at thirty of two hundred guesses from one address at as many names, all at once', async () => {
  const guesses = Array.from({ length: 200 }, (_, n) =>
    signIn(server, { name: `name${n}`, password: PASSWORD }, { address: '198.51.100.1' }),
  )
  expect(await statuses(guesses)).toEqual({ 403: 30, 429: 170 })
})

it('spends as much on names that nobody has: they wait in the same line, and are turned away from it', async () => {
  const guesses = Array.from({ length: 60 }, (_, n) =>
    signIn(server, { name: `name${n}`, password: PASSWORD }, { address: `198.51.100.${n}` }),
  )
  // Two at once and fifty in line.
  expect(await statuses(guesses)).toEqual({ 403: 52, 503: 8 })
  // Nobody is the worse for having been turned away.
  expect((await signIn(server, {})).status).toBe(303)
})
