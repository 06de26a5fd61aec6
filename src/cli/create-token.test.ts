import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSigner } from '../auth/signing.ts'
import { verifyToken } from '../auth/token-format.ts'
import { INCLUDED_PLUGINS } from '../plugins/included.ts'
import { systemRandom } from '../random.ts'
import { createToken } from './create-token.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-token-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const NOW = 1_800_000_000

function run(words: readonly string[], env: Record<string, string> = {}) {
  const out: string[] = []
  const complaints: string[] = []
  const code = createToken(words, {
    plugins: INCLUDED_PLUGINS,
    findFileFaults: () => [],
    env: { XDG_STATE_HOME: directory, ...env },
    random: systemRandom,
    clock: { now: () => NOW },
    print: (line) => out.push(line),
    complain: (line) => complaints.push(line),
  })
  return { code, out, complaints }
}
const payloadOf = (token: string | undefined, secret = 's') => {
  const verified = verifyToken(createSigner(secret), token ?? '')
  return verified.ok ? verified.value : verified.error
}
const made = (...words: string[]) => payloadOf(run(['ann', '--secret', 's', ...words]).out[0])

describe('tapedeck create-token', () => {
  it('prints one line: a token for an actor, without limits unless some are given', () => {
    const { code, out, complaints } = run(['ann', '--secret', 's'])
    expect([code, complaints, out.length]).toEqual([0, [], 1])
    expect(payloadOf(out[0])).toEqual({ a: 'ann', t: NOW })
  })

  it('writes limits by abbreviation, as the page does', () => {
    expect(
      made(
        '-a',
        'view-instance',
        '-d',
        'shop',
        'es',
        '-r',
        'shop',
        'orders',
        'insert-row',
        '--resource',
        'shop',
        'orders',
        'vt',
      ),
    ).toEqual({
      a: 'ann',
      t: NOW,
      _r: { a: ['vi'], d: { shop: ['es'] }, r: { shop: { orders: ['ir', 'vt'] } } },
    })
  })

  it('takes the secret from DATASETTE_SECRET, and options in any order', () => {
    const { out } = run(['-e', '60', '--all', 'vi', 'ann'], { DATASETTE_SECRET: 'other' })
    expect(payloadOf(out[0], 'other')).toEqual({ a: 'ann', t: NOW, d: 60, _r: { a: ['vi'] } })
  })

  it('keeps an action that nobody knows, and says so', () => {
    const { code, out, complaints } = run(['ann', '--secret', 's', '-a', 'fly'])
    expect([code, complaints]).toEqual([0, ['Unknown permission: fly']])
    expect(payloadOf(out[0])).toMatchObject({ _r: { a: ['fly'] } })
    expect(run(['ann', '--secret', 's', '-a', 'oauth-manage-clients']).complaints).toEqual([])
  })

  it('shows what the token says with --debug', () => {
    const { out } = run(['ann', '--secret', 's', '--debug'])
    expect(out[1]).toBe(`\nDecoded:\n\n${JSON.stringify({ a: 'ann', t: NOW }, null, 2)}`)
  })

  it('signs with the secret that is kept for the server of these files', () => {
    const one = run(['ann', join(directory, 'a.db')])
    const again = run(['ann', join(directory, 'a.db')])
    const other = run(['ann', join(directory, 'b.db')])
    expect(one.out).toEqual(again.out)
    expect(one.out).not.toEqual(other.out)
  })

  it('says when the server would not take the token, or end it sooner', () => {
    const config = join(directory, 'datasette.yaml')
    writeFileSync(config, 'settings: {allow_signed_tokens: false}')
    expect(run(['ann', '--secret', 's', '-c', config])).toMatchObject({ code: 1, out: [] })
    writeFileSync(config, 'settings: {max_signed_tokens_ttl: 60}')
    expect(run(['ann', '--secret', 's', '-c', config]).complaints.join()).toContain('after 60 seconds')
    expect(run(['ann', '--secret', 's', '-c', config, '-e', '60']).complaints).toEqual([])
  })

  it.each([
    [['--root', 'ann', '--secret', 's']],
    [['--secret', 's', 'ann']],
    [['-s', 'max_signed_tokens_ttl', '60', 'ann', '--secret', 's']],
    [['-p', '80', 'ann', '--secret', 's']],
  ])('knows the id from the values of options: %j', (words) => {
    expect(payloadOf(run(words).out[0])).toMatchObject({ a: 'ann' })
  })

  it('takes a name for what it is, whatever objects have of their own', () => {
    expect(payloadOf(run(['constructor', '--secret', 's']).out[0])).toEqual({ a: 'constructor', t: NOW })
  })

  it.each([
    [[], 'say for whom'],
    [['ann'], 'say whose secret signs it'],
    [['ann', '--secret', 's', '-e', '5m'], '--expires-after must be a whole number of seconds'],
    [['ann', '--secret', 's', '-e', '0'], '--expires-after must be'],
    [['ann', '--secret', 's', '-e', '-5'], '--expires-after must be'],
    [['ann', '--secret', 's', '-e'], '--expires-after must be'],
    [['ann', '--secret', 's', '-e', '99999999999999999999'], '--expires-after must be'],
    [['ann', '--secret', 's', '--expires-after='], '--expires-after must be'],
    [['ann', '--secret', 's', '-d', 'shop'], '-d needs a DATABASE and an ACTION'],
    [
      ['ann', '--secret', 's', '-r', 'shop', 'orders', '--debug'],
      '-r needs a DATABASE, a TABLE and an ACTION',
    ],
    [['ann', '--secret', 's', '--frob'], "Unknown option '--frob'"],
  ])('makes no token for %j', (words, said) => {
    const { code, out, complaints } = run(words)
    expect([code, out]).toEqual([2, []])
    expect(complaints[0]).toContain(said)
  })
})
