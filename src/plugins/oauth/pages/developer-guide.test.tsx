import { describe, expect, it } from 'vitest'
import { htmlText } from '../../../ui/html-text.ts'
import { DeveloperGuide } from './developer-guide.tsx'

const endpoints = {
  authorize: 'https://data.example/-/oauth/authorize',
  token: 'https://data.example/-/oauth/token',
  revoke: 'https://data.example/-/oauth/revoke',
}

const render = (kind: 'confidential' | 'public', redirectUri = 'https://app.example/cb?a=1&b=2') =>
  htmlText(<DeveloperGuide endpoints={endpoints} client={{ clientId: 'a1b2', kind, redirectUri }} />)

/** The example address, as a browser would read it from the page. */
function exampleUrl(html: string): URL {
  const [, text] = /aria-label="the authorization URL"[^>]*><code>([^<]*)</.exec(html) ?? []
  return new URL(text?.replaceAll('&amp;', '&') ?? '')
}

describe('DeveloperGuide', () => {
  it('gives an authorization URL that carries the redirect URI whole', async () => {
    const { searchParams } = exampleUrl(await render('confidential'))
    expect(searchParams.get('redirect_uri')).toBe('https://app.example/cb?a=1&b=2')
    expect(searchParams.get('client_id')).toBe('a1b2')
    expect(JSON.parse(searchParams.get('scope') ?? '')).toContainEqual(['view-instance'])
  })

  it.each(['confidential', 'public'] as const)('shows a %s client the way with PKCE', async (kind) => {
    const html = await render(kind)
    expect(exampleUrl(html).searchParams.get('code_challenge_method')).toBe('S256')
    expect(html).toContain('code_verifier=VERIFIER')
    expect(html.includes('client_secret')).toBe(kind === 'confidential')
  })

  it('shows how to refresh and how to give back', async () => {
    const html = await render('public')
    expect(html).toContain('<code>offline_access</code>')
    expect(html).toContain('refresh_token=REFRESH_TOKEN')
    expect(html).toContain('curl https://data.example/-/oauth/revoke')
  })

  it('says how long a code lasts', async () => {
    expect(await render('public')).toContain('for 10 minutes')
  })

  it('quotes a redirect URI for the shell', async () => {
    expect(await render('confidential')).toContain(
      '&#39;redirect_uri=https://app.example/cb?a=1&amp;b=2&#39;',
    )
  })
})
