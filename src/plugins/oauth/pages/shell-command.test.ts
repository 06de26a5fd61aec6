import { execFileSync } from 'node:child_process'
import { assert, constant, property, string, oneof } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatShellCommand } from './shell-command.ts'

/** The words that a shell makes of a command that prints its own, each ended by a NUL. */
function wordsInShell(command: string): readonly string[] {
  return execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

describe('formatShellCommand', () => {
  it('writes an option a line', () => {
    const options = [
      { flag: '-d', value: 'a=1' },
      { flag: '-d', value: 'b=two words' },
    ]
    expect(formatShellCommand(['curl', 'https://data.example/-/oauth/token'], options)).toBe(
      "curl https://data.example/-/oauth/token \\\n  -d a=1 \\\n  -d 'b=two words'",
    )
  })

  it('cannot be left by a quote in an address', () => {
    const value = "redirect_uri=https://app.example/'; echo owned; '"
    expect(wordsInShell(formatShellCommand(['printf', '%s\\0'], [{ flag: '-d', value }]))).toEqual([
      '-d',
      value,
    ])
  })

  it('gives the shell back every word as it was', () => {
    const word = oneof(string({ unit: 'binary' }), constant(''), constant("it's `$HOME` \\ \n ~ *")).filter(
      (text) => !text.includes('\0') && text.isWellFormed(),
    )
    assert(
      property(word, (value) => {
        const command = formatShellCommand(['printf', '%s\\0'], [{ flag: '-d', value }])
        expect(wordsInShell(command)).toEqual(['-d', value])
      }),
      { numRuns: 50 },
    )
  })
})
