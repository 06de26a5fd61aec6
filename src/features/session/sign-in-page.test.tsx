import { describe, expect, it } from 'vitest'
import { htmlText } from '../../ui/html-text.ts'
import { SignInPage, type SignInPageProps } from './sign-in-page.tsx'

const render = (props: Partial<SignInPageProps> = {}): Promise<string> =>
  htmlText(<SignInPage links={[]} tokenAction="/-/auth-token" next={null} error={null} {...props} />)

describe('SignInPage', () => {
  it('links to every way to sign in', async () => {
    const html = await render({
      links: [{ label: 'Sign in with Auth0', path: '/-/auth0-login?next=%2Fshop' }],
    })
    expect(html).toMatch(/<a [^>]*href="\/-\/auth0-login\?next=%2Fshop">Sign in with Auth0<\/a>/)
  })

  it('says what is missing where there is none', async () => {
    expect(await render()).toContain('Nobody has an account on this site yet')
  })

  it('redeems a one-time token by GET, and remembers the way back', async () => {
    const html = await render({ next: '/shop?a=1&b="' })
    expect(html).toContain('<form method="get" action="/-/auth-token"')
    expect(html).toContain('name="token"')
    expect(html).toContain('<input type="hidden" name="next" value="/shop?a=1&amp;b=&quot;"/>')
    expect(await render()).not.toContain('name="next"')
  })

  it('says why signing in did not work', async () => {
    expect(await render({ error: 'That link was already used.' })).toContain('That link was already used.')
  })
})
