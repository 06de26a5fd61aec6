import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'
import { Problem } from './problem.tsx'

const problem = {
  heading: 'No such table',
  what: 'There is no table <x>.',
  next: null,
  code: null,
  requestId: null,
}

describe('Problem', () => {
  it('says what happened, escaped', async () => {
    expect(await htmlText(<Problem {...problem} />)).toBe(
      '<h1>No such table</h1><p>There is no table &lt;x&gt;.</p>',
    )
  })

  it('gives the way on, the code and the request where there are any', async () => {
    const html = await htmlText(
      <Problem {...problem} next="Go back." code="invalid_client" requestId="9f2c" />,
    )
    expect(html).toContain('<p>Go back.</p>')
    expect(html).toContain('<code>invalid_client</code>')
    expect(html).toContain('<code>9f2c</code>')
  })
})
