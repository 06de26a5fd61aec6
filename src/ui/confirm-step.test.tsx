import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'
import { ConfirmStep } from './confirm-step.tsx'

const html = await htmlText(
  <ConfirmStep
    question="Delete orders?"
    action="/shop/orders/-/drop"
    confirm={{ label: 'Delete table', name: 'confirm', value: 'yes' }}
    cancel={{ label: 'Keep it', path: '/shop/orders' }}
  >
    <p>Its rows are gone for good.</p>
  </ConfirmStep>,
)

describe('ConfirmStep', () => {
  it('acts only by POST', () => {
    expect(html).toContain('<form method="post" action="/shop/orders/-/drop"')
    expect(html).toMatch(/<button type="submit" [^>]*name="confirm" value="yes">Delete table<\/button>/)
  })

  it('has its answers in the order of every form: what it is about, then the way out', () => {
    expect(html).toMatch(/<button[^>]*>Delete table<\/button>\s*<a /)
  })

  it('offers a way out that changes nothing', () => {
    expect(html).toMatch(/<a [^>]*href="\/shop\/orders">Keep it<\/a>/)
  })
})
