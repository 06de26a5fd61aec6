import { describe, expect, it } from 'vitest'
import { htmlText } from '../ui/html-text.ts'
import { ErrorPage } from './error-page.tsx'

describe('ErrorPage', () => {
  it('gives the status, what happened and the number of the request', async () => {
    const html = await htmlText(
      <ErrorPage
        status={500}
        heading="A fault"
        what="Not <yours>."
        next={null}
        code={null}
        requestId="9f2c"
        way={null}
      />,
    )
    expect(html).toContain('<p class="eyebrow">Error 500</p><h1>A fault</h1><p>Not &lt;yours&gt;.</p>')
    expect(html).toContain('<code>9f2c</code>')
    expect(html).not.toContain('<a ')
  })

  it('leads to signing in where that may help', async () => {
    const way = { label: 'Sign in', path: '/-/sign-in?next=%2Fshop', isApart: false }
    const html = await htmlText(
      <ErrorPage status={403} heading="No" what="No." next={null} code={null} requestId={null} way={way} />,
    )
    expect(html).toMatch(/<a [^>]*href="\/-\/sign-in\?next=%2Fshop">Sign in<\/a>/u)
  })
})
