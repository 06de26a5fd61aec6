import { expect, it } from 'vitest'
import { executedMessage } from './judged-sql.ts'

it.each([
  [null, 'Query executed'],
  [0, 'Query executed, 0 rows affected'],
  [1, 'Query executed, 1 row affected'],
  [50_001, 'Query executed, 50,001 rows affected'],
])('says of %j rows what became of a statement', (count, words) => expect(executedMessage(count)).toBe(words))
