import { describe, expect, it } from 'vitest'
import { htmlText } from '../ui/html-text.ts'
import { Description } from './description.tsx'

const shown = (html: string) => htmlText(<Description text="plain" html={html} />)
const inside = async (html: string) => {
  const text = await shown(html)
  return text.slice('<div class="lead description">'.length, -'</div>'.length)
}

describe('Description', () => {
  it('shows text as text, HTML in place of it, and nothing for nothing', async () => {
    expect(await htmlText(<Description text="a <b>" html={null} />)).toBe('<p class="lead">a &lt;b&gt;</p>')
    expect(await shown('<b>x</b>')).toBe('<div class="lead description"><b>x</b></div>')
    expect(await shown('')).toBe('<p class="lead">plain</p>')
    expect(await htmlText(<Description text="" html={null} />)).toBe('')
  })

  it('keeps what text is made of', async () => {
    const html = '<p>A &amp; <em>b</em><br/>c</p><ul><li>1 &lt; 2</li></ul>'
    expect(await inside(html)).toBe(html)
    expect(await inside('<h1>Title</h1>')).toBe('<h2>Title</h2>')
    expect(await inside('<table><tr><td>1')).toBe('<table><tbody><tr><td>1</td></tr></tbody></table>')
  })

  it('keeps links to the web and to this site', async () => {
    expect(await inside('<a href="https://example.com/?a=1&amp;b=2" target="_blank">x</a>')).toBe(
      '<a href="https://example.com/?a=1&amp;b=2" rel="nofollow noopener noreferrer">x</a>',
    )
    expect(await inside('<a href="/shop/orders">x</a>')).toBe('<a href="/shop/orders">x</a>')
  })

  it.each([
    ['a script', '<script>alert(1)</script>', ''],
    ['a script in another case', '<ScRiPt src=//evil.example></sCrIpT>x', 'x'],
    ['a handler', '<b onclick="alert(1)">x</b>', '<b>x</b>'],
    ['an image that fails', '<img src=x onerror=alert(1)>', ''],
    ['a style', '<style>body{display:none}</style><p style="position:fixed">x</p>', '<p>x</p>'],
    ['a script address', '<a href="javascript:alert(1)">x</a>', '<a>x</a>'],
    ['a script address with a tab in it', '<a href="java\tscript:alert(1)">x</a>', '<a>x</a>'],
    ['a data address', '<a href="data:text/html,<script>alert(1)</script>">x</a>', '<a>x</a>'],
    ['another site without a scheme', '<a href="//evil.example">x</a>', '<a>x</a>'],
    ['a backslash', String.raw`<a href="/\evil.example">x</a>`, '<a>x</a>'],
    ['a frame', '<iframe srcdoc="<script>alert(1)</script>"></iframe>', ''],
    ['a form', '<form action="https://evil.example"><input name=password><button>Go</button></form>', 'Go'],
    ['a refresh', '<meta http-equiv=refresh content="0;url=https://evil.example">', ''],
    ['a base', '<base href="https://evil.example/">', ''],
    ['an end of the page around it', '</div></main><b>x</b>', '<b>x</b>'],
    ['a comment that is closed early', '<!--><script>alert(1)</script>-->', '--&gt;'],
    ['markup inside SVG', '<svg><style><img src=x onerror=alert(1)></style></svg>', ''],
    ['markup inside MathML', '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>', ''],
    ['a template', '<template><script>alert(1)</script></template>', ''],
    [
      'text that a browser without scripts would read',
      '<noscript><p title="</noscript><img src=x>">',
      '&quot;&gt;',
    ],
    ['ids that code looks for', '<b id="content" name="x" class="button">x</b>', '<b>x</b>'],
  ])('leaves out %s', async (_what, html, left) => {
    const text = await inside(html)
    expect(text).not.toMatch(/<(?:script|img|style|iframe|form|meta|base|svg|template)/i)
    expect(text).not.toMatch(/ (?:on\w+|style|id|src)=/i)
    expect(text).toBe(left)
  })
})
