import { describe, expect, it } from 'vitest'
import { htmlText } from '../../ui/html-text.ts'
import { SignOutPage } from './sign-out-page.tsx'

describe('SignOutPage', () => {
  it('signs out by POST, and lets the person stay', async () => {
    const html = await htmlText(<SignOutPage label="<alice>" action="/-/logout" homePath="/pfx/" />)
    expect(html).toContain('<form method="post" action="/-/logout"')
    expect(html).toContain('href="/pfx/">Stay signed in</a>')
    expect(html).toContain('<bdi class="name">&lt;alice&gt;</bdi>')
  })
})
