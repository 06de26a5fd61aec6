import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { isSameName } from './fold-name.ts'

it.each([
  ['Items', 'iTEMS'],
  ['É', 'é'],
  ['ſ', 's'],
  ['\u212A', 'k'],
  ['İ', 'i'],
])('takes two names for one where SQLite does: %s, %s', (one, other) => {
  const handle = new DatabaseSync(':memory:')
  handle.exec(`create table "${one}" (id)`)
  const isThere = (name: string) => {
    try {
      return handle.prepare(`select id from "${name}"`) !== null
    } catch {
      return false
    }
  }
  expect(isSameName(one, other)).toBe(isThere(other))
  handle.close()
})
