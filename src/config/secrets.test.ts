import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonValue } from '../http/json.ts'
import { resolveSecrets } from './secrets.ts'

const env = { CLIENT_SECRET: 's3cret', EMPTY: '' }
const resolve = (value: JsonValue) => resolveSecrets(value, ['plugins', 'auth0'], env)

describe('resolveSecrets', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tapedeck-secrets-'))
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  it('puts in environment variables at any depth', () => {
    const block = { client_secret: { $env: 'CLIENT_SECRET' }, deep: [{ list: [{ $env: 'CLIENT_SECRET' }] }] }
    expect(resolve(block)).toEqual({
      value: { client_secret: 's3cret', deep: [{ list: ['s3cret'] }] },
      faults: [],
    })
  })

  it('puts in the whole text of a file, untrimmed', () => {
    const file = join(directory, 'secret.txt')
    writeFileSync(file, ' s3cret\n')
    expect(resolve({ client_secret: { $file: file } })).toEqual({
      value: { client_secret: ' s3cret\n' },
      faults: [],
    })
  })

  it('puts in a variable that is set to nothing', () => {
    expect(resolve({ a: { $env: 'EMPTY' } })).toEqual({ value: { a: '' }, faults: [] })
  })

  it('leaves an object with further keys alone', () => {
    const block = { a: { $env: 'CLIENT_SECRET', other: 1 }, b: null, c: 1.5 }
    expect(resolve(block)).toEqual({ value: block, faults: [] })
  })

  it('names every variable that is not set, and where', () => {
    expect(resolve({ a: { $env: 'ONE' }, b: [{ $env: 'TWO' }] }).faults).toEqual([
      { path: 'plugins.auth0.a', message: 'the environment variable ONE is not set' },
      { path: 'plugins.auth0.b.0', message: 'the environment variable TWO is not set' },
    ])
  })

  it('does not take what every object has for a variable', () => {
    expect(resolve({ a: { $env: 'constructor' } }).faults).toEqual([
      { path: 'plugins.auth0.a', message: 'the environment variable constructor is not set' },
    ])
  })

  it('names a file that cannot be read', () => {
    const file = join(directory, 'missing.txt')
    expect(resolve({ a: { $file: file } }).faults).toEqual([
      { path: 'plugins.auth0.a', message: `the file ${file} cannot be read` },
    ])
  })

  it('refuses a name that is not text', () => {
    expect(resolve({ a: { $env: 1 }, b: { $file: ['x'] } }).faults).toEqual([
      { path: 'plugins.auth0.a', message: 'expected the name of a variable after $env' },
      { path: 'plugins.auth0.b', message: 'expected the path of a file after $file' },
    ])
  })
})
