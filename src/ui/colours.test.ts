import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../static/tapedeck.css', import.meta.url), 'utf8')

type Colours = ReadonlyMap<string, string>

/** The custom properties of the `:root` block that begins first at or after a place in the style sheet. */
function coloursAt(place: number): Colours {
  const start = css.indexOf(':root {', place)
  const block = css.slice(start, css.indexOf('}', start))
  return new Map(
    block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g).map(([, name, value]) => [`${name}`, `${value}`]),
  )
}

const light = coloursAt(0)
const dark = coloursAt(css.indexOf('@media screen and (prefers-color-scheme: dark)'))

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255
    return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Contrast ratio (WCAG 2.2), 1 to 21. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

function ratio(colours: Colours, one: string, other: string): number {
  const [a, b] = [colours.get(one), colours.get(other)]
  if (a === undefined || b === undefined) throw new Error(`--${one} or --${other} is not a colour`)
  return contrast(a, b)
}

const GROUNDS = ['paper', 'surface']
const WASHES = ['accent-wash', 'good-wash', 'warn-wash', 'danger-wash']

/** Text and what it stands on. */
const TEXT: readonly (readonly [string, string])[] = [
  ...['ink', 'ink-soft', 'accent', 'danger'].flatMap((text) =>
    GROUNDS.map((ground) => [text, ground] as const),
  ),
  ...['ink', 'ink-soft'].flatMap((text) => WASHES.map((wash) => [text, wash] as const)),
  ['accent', 'accent-wash'],
  ['good', 'surface'],
  ['good', 'good-wash'],
  ['warn', 'surface'],
  ['warn', 'warn-wash'],
  ['danger', 'danger-wash'],
  ['accent-ink', 'accent'],
  ['danger-ink', 'danger'],
  ['paper', 'ink'],
]

/** The borders of controls, and the ring around what has the focus. */
const EDGES = ['line-strong', 'focus', 'accent', 'danger', 'ink', 'warn'].flatMap((edge) =>
  GROUNDS.map((ground) => [edge, ground] as const),
)

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s colours', (_scheme, colours) => {
  it.each(TEXT)('let text in --%s be read on --%s', (text, ground) => {
    expect(ratio(colours, text, ground)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(EDGES)('let an edge in --%s be seen on --%s', (edge, ground) => {
    expect(ratio(colours, edge, ground)).toBeGreaterThanOrEqual(3)
  })
})

describe('the style sheet', () => {
  it('gives both schemes the same colours', () => {
    expect([...dark.keys()].toSorted()).toEqual([...light.keys()].toSorted())
  })

  it('names colours in the tokens and nowhere else', () => {
    const rules = css.replaceAll(/:root \{[^}]*\}/g, '')
    expect(rules).not.toMatch(/#[0-9a-f]{3,8}\b|\brgb|\bhsl/)
  })

  it('loads nothing from elsewhere', () => {
    expect(css).not.toMatch(/url\(|@import/)
  })
})

describe('contrast', () => {
  it('gives the values that the standard gives', () => {
    expect(contrast('#000000', '#ffffff')).toBe(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  })
})
