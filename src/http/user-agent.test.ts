import { expect, it } from 'vitest'
import { userAgentOf } from './user-agent.ts'

it.each([
  [{ 'user-agent': 'curl/8' }, 'curl/8'],
  [{ 'user-agent': 'x'.repeat(500) }, 'x'.repeat(200)],
  [{ 'user-agent': '' }, null],
  [{}, null],
])('reads %j', (headers: Record<string, string>, name) =>
  expect(userAgentOf(new Headers(headers))).toBe(name),
)
