import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const SOURCE = new URL('../', import.meta.url)

const components = globSync('**/*.tsx', { cwd: SOURCE })
  .filter((path) => !path.endsWith('.test.tsx'))
  .map((path) => ({ path, source: readFileSync(new URL(path, SOURCE), 'utf8') }))

describe('every component', () => {
  it.each([
    ['style attributes, which the content security policy blocks', /\sstyle=/],
    ['style elements, which the content security policy blocks', /<style/],
    ['event handlers in markup, which the content security policy blocks', /\son[a-zA-Z]+=/],
    ['scripts without an address, which the content security policy blocks', /<script(?![^>]*\ssrc=)/],
    ['markup that was not escaped', /dangerouslySetInnerHTML|\braw\(/],
    ['a focus that the reader did not choose', /autofocus(?!: isFirstError)/i],
  ])('has no %s', (_what, pattern) => {
    expect(components.length).toBeGreaterThan(10)
    expect(components.filter(({ source }) => pattern.test(source)).map(({ path }) => path)).toEqual([])
  })
})
