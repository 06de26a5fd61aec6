import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  DAVE,
  enterCode,
  jsonOf,
  requestDevice,
  startDeviceProvider,
} from '../../src/plugins/oauth/test-app.ts'
import type { TestRequest, TestServer } from '../../src/testing.ts'

// RFC 8628 §5.1: whoever can try codes without end finds one that waits, and approves another's device as their own or
// takes it from them.

let server: TestServer
beforeEach(async () => {
  server = await startDeviceProvider()
})
afterEach(() => server.close())

const WRONG = 'WRNG-2345'

/** How many of so many wrong codes at once were looked at, and one of the answers that refused. */
async function guess(guesses: number, request: (index: number) => TestRequest) {
  const answers = await Promise.all(
    Array.from({ length: guesses }, (_, index) => enterCode(server, WRONG, request(index))),
  )
  const limited = answers.filter(({ status }) => status === 429)
  return { lookedAt: answers.length - limited.length, refusal: limited[0] ?? new Response() }
}

const person = (index: number) => ({ id: `person-${index}`, role: 'editor' })

describe('wrong codes', () => {
  it('T81: 200 of one person, also from 200 addresses, stop after 5; then the right code is refused too', async () => {
    const { userCode } = await requestDevice(server)
    const { lookedAt, refusal } = await guess(200, (index) => ({ address: `198.51.100.${index}` }))
    expect(lookedAt).toBe(5)
    expect(refusal.headers.get('retry-after')).toBe('900')
    expect(await refusal.text()).toContain('No code is looked at for now, not even the right one')

    const right = await enterCode(server, userCode, { address: '203.0.113.1' })
    expect(right.status).toBe(429)
    const program = await enterCode(server, userCode, { headers: {}, address: '203.0.113.1' })
    expect([program.status, await jsonOf(program)]).toEqual([429, { error: 'Too many wrong codes' }])
    expect(
      await (await enterCode(server, userCode, { actor: DAVE, address: '203.0.113.1' })).text(),
    ).toContain(userCode)
  })

  it.each([
    [
      '1,000 addresses of one /64',
      1000,
      (index: number) => ({ address: `2001:db8:0:1:${index.toString(16)}::1` }),
    ],
    [
      'two spellings of one address',
      200,
      (index: number) => ({ address: index % 2 === 0 ? '192.0.2.1' : '::ffff:192.0.2.1' }),
    ],
    [
      'one address that forwards others',
      200,
      (index: number) => ({
        address: '192.0.2.1',
        headers: { accept: 'text/html', 'x-forwarded-for': `198.51.100.${index}` },
      }),
    ],
  ])('T81: of as many people at %s stop after 10', async (_what, guesses, request) => {
    const { lookedAt } = await guess(guesses, (index) => ({ actor: person(index), ...request(index) }))
    expect(lookedAt).toBe(10)
  })

  it('T83: of 200 people at 200 addresses stop after 80', async () => {
    const { lookedAt } = await guess(200, (index) => ({ actor: person(index), address: `198.51.${index}.1` }))
    expect(lookedAt).toBe(80)
  })

  it('T81: in links stop too', async () => {
    const answers = []
    for (let count = 0; count < 7; count += 1) {
      const path = `/-/oauth/device/verify?code=${WRONG}`
      answers.push((await server.request(path, { actor: DAVE, headers: { accept: 'text/html' } })).status)
    }
    expect(answers).toEqual([200, 200, 200, 200, 200, 429, 429])
  })
})

describe('the limit', () => {
  it('counts other people’s codes as wrong: who opens what others have opened is guessing', async () => {
    const { userCode } = await requestDevice(server)
    await enterCode(server, userCode)
    const answers = []
    for (let count = 0; count < 6; count += 1) {
      answers.push((await enterCode(server, userCode, { actor: DAVE })).status)
    }
    expect(answers).toEqual([200, 200, 200, 200, 200, 429])
  })

  it('lets a person open their own code, however many wrong ones they entered since', async () => {
    const { userCode } = await requestDevice(server)
    expect((await enterCode(server, userCode)).status).toBe(200)
    await guess(20, () => ({}))
    expect((await enterCode(server, WRONG)).status).toBe(429)
    const answers = await Promise.all(Array.from({ length: 8 }, () => enterCode(server, userCode)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
  })

  it('does not count right codes, however often they are opened', async () => {
    const { userCode } = await requestDevice(server)
    for (let count = 0; count < 20; count += 1) {
      expect((await enterCode(server, userCode)).status).toBe(200)
    }
  })

  it('is over 15 minutes after the first wrong code', async () => {
    await enterCode(server, WRONG)
    server.advance(100)
    await guess(200, () => ({}))
    const limited = await enterCode(server, WRONG)
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '800'])
    server.advance(800)
    expect((await enterCode(server, WRONG)).status).toBe(200)
    expect((await enterCode(server, WRONG)).status).toBe(429)
  })
})
