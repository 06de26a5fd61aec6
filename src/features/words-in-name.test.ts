import { describe, expect, it } from 'vitest'
import { holdsWords } from './words-in-name.ts'

describe('holdsWords', () => {
  it.each([
    ['', 'anything', true],
    ['  ', 'anything', true],
    ['ORD', 'shop: orders', true],
    ['shop ers', 'shop: orders', true],
    ['orders shop', 'shop: orders', false],
    ['rr', 'order of r', false],
    ['r r', 'order of r', true],
    ['%', 'orders', false],
  ])('%j in %j: %s', (words, name, expected) => expect(holdsWords(words)(name)).toBe(expected))
})
