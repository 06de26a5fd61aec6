import { describe, expect, it } from 'vitest'
import { htmlText } from '../../../ui/html-text.ts'
import { ClientsPage, type ClientsPageProps } from './clients.tsx'

const usual: ClientsPageProps = {
  clients: [],
  unvouched: { clients: [], count: 0 },
  action: '/-/oauth/clients',
  form: { name: '', redirectUris: '', kind: 'confidential', faults: null },
  endpoints: {
    authorize: 'https://data.example/-/oauth/authorize',
    token: 'https://data.example/-/oauth/token',
    revoke: 'https://data.example/-/oauth/revoke',
  },
}

const render = (props: Partial<ClientsPageProps> = {}): Promise<string> =>
  htmlText(<ClientsPage {...usual} {...props} />)

describe('ClientsPage', () => {
  it('teaches what to do where there is nothing yet', async () => {
    const html = await render()
    expect(html).toContain('<h1>OAuth apps</h1>')
    expect(html).toContain('You have not registered an app yet')
  })

  it('shows apps that nobody here registered apart, as text, and says how many there are', async () => {
    expect(await render()).not.toContain('nobody here registered')
    const app = {
      clientId: 'https://app.example/client.json',
      name: '<b>Tapedeck</b>',
      kind: 'public' as const,
      redirectUris: ['https://app.example/cb'],
      createdAt: 0,
      declared: [['Website', 'https://evil.example/<i>']] as const,
      deletion: null,
    }
    const html = await render({ unvouched: { clients: [app], count: 41 } })
    const apart = html.slice(html.indexOf('Apps that nobody here registered'))
    expect(apart).toContain('<bdi>&lt;b&gt;Tapedeck&lt;/b&gt;</bdi>')
    expect(apart).toContain('<bdi>https://evil.example/&lt;i&gt;</bdi>')
    expect(apart).toContain('the newest 1 of 41')
    expect(apart).not.toMatch(/href="https:\/\/(?:evil|app)\.example/u)
  })

  it('lists clients, what they say about themselves as text', async () => {
    const html = await render({
      clients: [
        {
          clientId: 'a1b2',
          name: '<script>alert(1)</script>',
          kind: 'public',
          redirectUris: ['https://a.example/cb?x="><b>', 'com.example.app:/cb'],
          createdAt: 0,
          people: 2,
          lastUsedAt: null,
          path: '/-/oauth/clients/a1b2',
        },
      ],
    })
    expect(html).toContain(
      '<a href="/-/oauth/clients/a1b2"><bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi></a>',
    )
    expect(html).toContain('<code>https://a.example/cb?x=&quot;&gt;&lt;b&gt;</code>')
    expect(html).not.toContain('href="https://a.example')
    expect(html).not.toContain('You have not registered an app yet')
  })

  it('registers with client_name, redirect_uris and client_type', async () => {
    const html = await render()
    expect(html).toContain('<form method="post" action="/-/oauth/clients"')
    expect(
      [...html.matchAll(/<(?:input|textarea|select)[^>]* name="([^"]*)"/g)].map(([, name]) => name),
    ).toEqual(['client_name', 'redirect_uris', 'client_type'])
  })

  it('keeps what was sent after a mistake', async () => {
    const form = {
      name: 'X "y"',
      redirectUris: 'a\nb',
      kind: 'public',
      faults: { name: null, redirectUris: 'Line 1 (a) has no scheme', kind: null },
    } as const
    const html = await render({ form })
    expect(html).toContain('id="field-redirect_uris-error">Line 1 (a) has no scheme</p>')
    expect(html).toContain('value="X &quot;y&quot;"')
    expect(html).toContain('>a\nb</textarea>')
    expect(html).toContain('<option value="public" selected="">')
  })

  it('shows developers both endpoints and a request that works', async () => {
    const html = await render()
    expect(html).toContain('<code>https://data.example/-/oauth/authorize</code>')
    expect(html).toContain('curl https://data.example/-/oauth/token')
  })
})
