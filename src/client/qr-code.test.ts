import { describe, expect, it } from 'vitest'
import { drawQrCode } from './qr-code.ts'

const ADDRESS = 'https://data.example/-/oauth/device/verify?code=BCDF-2345'
const screen = { isTerminal: true, columns: 80, rows: 40, env: { LANG: 'en_US.UTF-8' } }

describe('drawQrCode', () => {
  it('sets both colours on every line, so that it can be read on dark and on light terminals', () => {
    const lines = (drawQrCode(ADDRESS, screen) ?? '').replaceAll('\u001B', 'ESC').split('\n')
    expect(lines.length).toBeGreaterThan(15)
    for (const line of lines) expect(line).toMatch(/^ESC\[97;40m[█▀▄ ]+ESC\[0m$/u)
    expect(new Set(lines.map((line) => line.length)).size).toBe(1)
    // Light all around: two modules at each side.
    expect(lines[0]).toMatch(/m█+ESC/u)
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/m██.*██ESC/u)
  })

  it.each([
    ['no terminal', { isTerminal: false }],
    ['a narrow terminal', { columns: 30 }],
    ['a low terminal', { rows: 20 }],
    ['a terminal without Unicode', { env: { LANG: 'C' } }],
    ['a dumb terminal', { env: { LANG: 'C.UTF-8', TERM: 'dumb' } }],
  ])('draws nothing for %s', (_what, changes) =>
    expect(drawQrCode(ADDRESS, { ...screen, ...changes })).toBeNull(),
  )
})
