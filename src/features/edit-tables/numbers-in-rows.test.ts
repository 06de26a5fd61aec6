import { expect, it } from 'vitest'
import { withNumbers } from './numbers-in-rows.ts'

it.each<[string, readonly string[], readonly unknown[]]>([
  ['whole', ['1', '-20', '0'], [1n, -20n, 0n]],
  ['with a point', ['1.5', '2', '-3.0'], [1.5, 2, -3]],
  ['small', ['1e-7', '0.5'], [1e-7, 0.5]],
  ['with a zero at the end', ['1.10', '2.5'], ['1.10', '2.5']],
  ['with zeros before', ['007', '1.5'], ['007', '1.5']],
  ['with an exponent', ['1e3'], ['1e3']],
  ['with more digits than a float has', ['0.12345678901234567890'], ['0.12345678901234567890']],
  ['among words', ['1', 'two'], ['1', 'two']],
])('numbers %s', (_what, cells, read) => {
  expect(withNumbers(cells.map((a) => ({ a }))).map(({ a }) => a)).toEqual(read)
})
