import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readForm } from '../../demo/form.ts'
import type { Browser } from '../../demo/browser.ts'
import { signInAsRoot } from '../support/person.ts'
import {
  makeSite,
  removeSite,
  startProcess,
  type ServerProcess,
  type Site,
} from '../support/server-process.ts'

const AT_ONCE = 8

let site: Site
let one: ServerProcess
let other: ServerProcess
let person: Browser

beforeAll(async () => {
  site = makeSite('shop', 'create table orders (id integer primary key)', {
    plugins: { 'datasette-oauth': { enable_device_flow: true, allow_root_device_tokens: true } },
  })
  one = await startProcess(site, '--root')
  other = await startProcess(site, '--root')
  person = await signInAsRoot(one)
})
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()])
  removeSite(site)
})

const VERIFY = '/-/oauth/device/verify'

async function post(server: ServerProcess, path: string, fields: Readonly<Record<string, string>>) {
  const response = await fetch(server.url + path, { method: 'POST', body: new URLSearchParams(fields) })
  return (await response.json()) as Readonly<Record<string, string>>
}

const requestDevice = () => post(one, '/-/oauth/device', { scope: '[["view-instance"]]' })

/** `token`, or the error. */
async function poll(server: ServerProcess, deviceCode: string): Promise<string> {
  const answer = await post(server, '/-/oauth/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
  })
  return answer['access_token'] === undefined ? String(answer['error']) : 'token'
}

async function review(userCode: string) {
  const page = await person.post(one.url + VERIFY, [['code', userCode]])
  return readForm(page.text, VERIFY)?.fields ?? []
}

const serverOf = (index: number) => (index % 2 === 0 ? one : other)
const count = (outcomes: readonly string[], wanted: string) =>
  outcomes.filter((outcome) => outcome === wanted).length

describe('T80: 8 decisions against 8 polls, on two processes', () => {
  it.each([
    ['approvals', 200, () => true],
    ['approvals and denials', 100, (index: number) => index % 2 === 0],
  ])(
    'of %s, %d rounds: never two tokens, never a used code revived',
    { timeout: 240_000 },
    async (_what, rounds, approves) => {
      for (let round = 0; round < rounds; round += 1) {
        const { device_code: deviceCode = '', user_code: userCode = '' } = await requestDevice()
        const fields = await review(userCode)
        const indexes = Array.from({ length: AT_ONCE }, (_, index) => index)
        const decisions = indexes.map((index) =>
          person.post(
            serverOf(index).url + VERIFY,
            approves(index) ? fields : [...fields, ['deny', 'Deny'] as const],
          ),
        )
        const polls = indexes.map((index) => poll(serverOf(index), deviceCode))
        const pages = (await Promise.all(decisions)).map(({ text }) =>
          text.includes('Device authorized successfully')
            ? 'approved'
            : text.includes('Authorization denied')
              ? 'denied'
              : 'too late',
        )
        expect(count(pages, 'approved') + count(pages, 'denied')).toBe(1)

        const outcomes = [
          ...(await Promise.all(polls)),
          await poll(one, deviceCode),
          await poll(other, deviceCode),
        ]
        expect(count(outcomes, 'token')).toBe(count(pages, 'approved'))

        await person.post(one.url + VERIFY, fields)
        const settled = count(pages, 'approved') === 1 ? 'invalid_grant' : 'access_denied'
        expect([await poll(one, deviceCode), await poll(other, deviceCode)]).toEqual([settled, settled])
      }
    },
  )

  it('T79: 50 polls of one approved code bring one token', async () => {
    const { device_code: deviceCode = '', user_code: userCode = '' } = await requestDevice()
    await person.post(one.url + VERIFY, await review(userCode))
    const polls = Array.from({ length: 50 }, (_, index) => poll(serverOf(index), deviceCode))
    expect(count(await Promise.all(polls), 'token')).toBe(1)
  })
})
