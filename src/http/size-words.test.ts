import { expect, it } from 'vitest'
import { sizeInWords } from './size-words.ts'

it.each([
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [2_097_152, '2 MB'],
  [1_572_864, '1.5 MB'],
  [300_000, '293 kB'],
])('says %d bytes in words', (bytes, words) => expect(sizeInWords(bytes)).toBe(words))
