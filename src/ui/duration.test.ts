import { expect, it } from 'vitest'
import { formatDuration } from './duration.ts'

it.each([
  [1, '1 second'],
  [90, '90 seconds'],
  [60, '1 minute'],
  [900, '15 minutes'],
  [3600, '1 hour'],
  [5400, '90 minutes'],
  [28_800, '8 hours'],
  [86_400, '24 hours'],
  [604_800, '7 days'],
  [2_592_000, '30 days'],
])('writes %d seconds as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))
