import { expect, it } from 'vitest'
import { systemRandom } from '../../../random.ts'
import type { PasswordHash } from './ids.ts'
import { hashPassword, matchesPassword } from './password-hash.ts'

const hash = (password: string) => hashPassword(password, systemRandom)

it('makes a PHC string that says how it was made, with a salt of its own', async () => {
  const [one, other] = [await hash('a'), await hash('a')]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/u)
  expect(one).not.toBe(other)
})

it.each([
  ['words', 'copper otter sings at noon'],
  ['nothing', ''],
  ['another script', 'пароль из слов 🦦'],
  ['a zero byte', 'a\u0000b'],
])('matches %s and nothing else', async (_what, password) => {
  const kept = await hash(password)
  expect(await matchesPassword(password, kept)).toBe(true)
  for (const other of [`${password} `, password.slice(0, -1), password.toUpperCase()]) {
    if (other !== password) expect(await matchesPassword(other, kept)).toBe(false)
  }
})

it('takes an accent for the same in whichever way it was typed', async () => {
  expect(await matchesPassword('cafe\u0301', await hash('caf\u00e9'))).toBe(true)
})

it('goes by the parameters that the hash says, not by those of today', async () => {
  // Made by the reference implementation of RFC 9106: `echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1`.
  const kept =
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4' as PasswordHash
  expect(await matchesPassword('password', kept)).toBe(true)
  expect(await matchesPassword('passwore', kept)).toBe(false)
})

it('throws for what nobody here made', async () => {
  await expect(matchesPassword('a', 'a' as PasswordHash)).rejects.toThrow(TypeError)
})
