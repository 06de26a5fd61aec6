import { describe, expect, it } from 'vitest'
import { htmlText } from '../../ui/html-text.ts'
import { SignOutPage } from './sign-out-page.tsx'

describe('SignOutPage', () => {
  it('signs out by POST, and lets the person stay', async () => {
    const html = await htmlText(
      <SignOutPage label="<alice>" action="/-/logout" homePath="/pfx/" sessions={[]} />,
    )
    expect(html).toContain('<form method="post" action="/-/logout"')
    expect(html).toContain('href="/pfx/">Stay signed in</a>')
    expect(html).toContain('<bdi class="name">&lt;alice&gt;</bdi>')
    expect(html).not.toContain('everywhere')
  })

  it('shows where the person is signed in, and offers to end it all', async () => {
    const session = { createdAt: 1_800_000_000, address: '192.0.2.1', isHere: false } as const
    const html = await htmlText(
      <SignOutPage
        label="alice"
        action="/-/logout"
        homePath="/"
        sessions={[
          { ...session, userAgent: '<b>Firefox', isHere: true },
          { ...session, userAgent: null },
        ]}
      />,
    )
    expect(html).toContain('&lt;b&gt;Firefox')
    expect(html).toContain('A browser that does not say what it is')
    expect(html.split('This browser')).toHaveLength(2)
    expect(html).toContain('name="everywhere"')
  })
})
