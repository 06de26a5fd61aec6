import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { parseDocumentText, readDocument } from './document.ts'

describe('parseDocumentText', () => {
  it('reads JSON', () => {
    expect(parseDocumentText('{"title": "Ships", "databases": {}}')).toEqual({
      ok: true,
      value: { title: 'Ships', databases: {} },
    })
  })

  it('reads YAML', () => {
    expect(parseDocumentText('title: Ships\nallow:\n  id: [ann, 7]\n')).toEqual({
      ok: true,
      value: { title: 'Ships', allow: { id: ['ann', 7] } },
    })
  })

  it('reads yes, no, on and off as Datasette does', () => {
    expect(parseDocumentText('a: yes\nb: no\nc: on\nd: off\n')).toEqual({
      ok: true,
      value: { a: true, b: false, c: true, d: false },
    })
  })

  it('leaves dates and binary text as text', () => {
    const parsed = parseDocumentText('a: 2024-01-01\nb: 2024-01-01 10:00:00\n')
    expect(parsed).toEqual({ ok: true, value: { a: '2024-01-01', b: '2024-01-01 10:00:00' } })
  })

  it.each(['', '\n', '# nothing yet\n', 'null'])('reads %j as empty', (text) =>
    expect(parseDocumentText(text)).toEqual({ ok: true, value: {} }),
  )

  it.each([
    ['a list', '- a\n- b'],
    ['a text', 'hello'],
    ['a number', '7'],
    ['a number that JSON does not have', 'a: .nan'],
  ])('refuses %s', (_what, text) =>
    expect(parseDocumentText(text)).toEqual({ ok: false, error: 'expected a mapping of names to values' }),
  )

  it.each([
    ['a bracket that never closes', 'a: [\n', /^is neither JSON nor YAML: .*at line 2, column 1$/],
    [
      'a key that comes twice',
      'allow: {}\nallow: true',
      /^is neither JSON nor YAML: .*unique at line 2, column 1$/,
    ],
    ['a tag of another program', 'a: !python/object x', /^is neither JSON nor YAML: .*at line 1, column 4$/],
    ['an alias without an anchor', 'a: *b', /^is neither JSON nor YAML: Unresolved alias/],
  ])('says in one line where it fails at %s', (_what, text, message) => {
    const parsed = parseDocumentText(text)
    expect(parsed.ok ? null : parsed.error).toMatch(message)
  })

  it('refuses a few lines that would grow to gigabytes', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
    for (let n = 1; n < 12; n++)
      lines.push(
        `a${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      )
    expect(parseDocumentText(lines.join('\n')).ok).toBe(false)
  })

  it('reads what was written, as JSON and as YAML', () => {
    const name = fc.string({ minLength: 1 }).filter((key) => key !== '__proto__')
    const document = fc.dictionary(
      name,
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
    )
    fc.assert(
      fc.property(document, (written) => {
        expect(parseDocumentText(JSON.stringify(written))).toEqual({ ok: true, value: { ...written } })
        expect(parseDocumentText(stringify(written, { version: '1.1' }))).toEqual({
          ok: true,
          value: { ...written },
        })
      }),
    )
  })
})

describe('readDocument', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tapedeck-document-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('reads a file', () => {
    const file = join(directory, 'datasette.yaml')
    writeFileSync(file, 'title: Ships')
    expect(readDocument(file)).toEqual({ ok: true, value: { title: 'Ships' } })
  })

  it('names a file that does not exist', () => {
    const path = join(directory, 'missing.yaml')
    expect(readDocument(path)).toEqual({
      ok: false,
      error: { path, message: 'cannot be read: there is no such file' },
    })
  })

  it('names a directory', () => {
    expect(readDocument(directory)).toEqual({
      ok: false,
      error: { path: directory, message: 'cannot be read: it is a directory' },
    })
  })

  it('names a file with a mistake in it', () => {
    const path = join(directory, 'datasette.json')
    writeFileSync(path, '[]')
    expect(readDocument(path)).toEqual({
      ok: false,
      error: { path, message: 'expected a mapping of names to values' },
    })
  })
})
