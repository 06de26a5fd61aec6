import { describe, expect, it } from 'vitest'
import { htmlText } from '../../../ui/html-text.ts'
import { ProblemPage } from './problem.tsx'

describe('ProblemPage', () => {
  it('says what happened, what to do, and the code small', async () => {
    const html = await htmlText(
      <ProblemPage heading="Unknown app" what="Nothing was shared." next="Go back." code="invalid_client" />,
    )
    expect(html).toMatch(
      /<h1>Unknown app<\/h1><p>Nothing was shared\.<\/p><p>Go back\.<\/p><p class="fine-print">/,
    )
    expect(html).toContain('<code>invalid_client</code>')
  })
})
