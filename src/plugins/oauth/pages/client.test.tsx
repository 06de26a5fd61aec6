import { describe, expect, it } from 'vitest'
import { htmlText } from '../../../ui/html-text.ts'
import { ClientPage, type ClientPageProps } from './client.tsx'

const usual: ClientPageProps = {
  client: {
    clientId: 'a1b2',
    name: 'Report Maker',
    kind: 'confidential',
    redirectUris: ['https://reports.example.com/cb'],
    createdAt: 0,
  },
  secrets: [{ id: 's1', createdAt: 0, lastUsedAt: null }],
  use: { people: 0, lastUsedAt: null },
  scope: 'read',
  canTry: true,
  refused: null,
  freshSecret: null,
  action: '/-/oauth/clients/a1b2',
  form: { name: 'Report Maker', redirectUris: 'https://reports.example.com/cb', faults: null },
  confirm: null,
  confirmError: null,
  endpoints: {
    authorize: 'https://data.example/-/oauth/authorize',
    token: 'https://data.example/-/oauth/token',
    revoke: 'https://data.example/-/oauth/revoke',
  },
  issuer: 'https://data.example',
  historyPath: '/-/oauth/clients/x/history',
  selfPath: '/-/oauth/clients/a1b2',
}

const render = (props: Partial<ClientPageProps> = {}): Promise<string> =>
  htmlText(<ClientPage {...usual} {...props} />)

const deeds = (html: string) => [...html.matchAll(/name="do" value="([^"]*)"/g)].map(([, deed]) => deed)

const two = [
  { id: 's1', createdAt: 0, lastUsedAt: 120 },
  { id: 's2', createdAt: 60, lastUsedAt: null },
]

describe('ClientPage', () => {
  it('has a form for each thing to do, all to the same address', async () => {
    const html = await render()
    expect(deeds(html)).toEqual(['rotate', 'edit', 'try', 'change-type', 'delete'])
    expect(html.match(/<form method="post" action="\/-\/oauth\/clients\/a1b2"/g)).toHaveLength(5)
  })

  it('retires one secret of two, and makes no third', async () => {
    const html = await render({ secrets: two })
    expect(deeds(html)).toEqual(['retire', 'retire', 'edit', 'try', 'change-type', 'delete'])
    expect(html).toMatch(/<input type="hidden" name="secret_id" value="s2"\/><button [^>]*value="retire">/)
  })

  it('asks before it retires a secret, and says which', async () => {
    const html = await render({
      secrets: two,
      confirm: { retire: { id: 's2', createdAt: 60, lastUsedAt: null } },
    })
    expect(deeds(html)).toEqual(['confirm-retire'])
    expect(html).toContain('<input type="hidden" name="secret_id" value="s2"/>')
    expect(html).toMatch(/It was made <time [^>]*>1 Jan 1970, 00:01 UTC<\/time>\. Last used: never/u)
  })

  it('says of each button which secret it retires', async () => {
    expect(await render({ secrets: two })).toMatch(
      /Retire <span class="visually-hidden">the secret made <time [^>]*>1 Jan 1970, 00:01 UTC/,
    )
  })

  it('tells two secrets apart that were made in the same minute', async () => {
    const [older, newer] = [
      { id: 's1', createdAt: 0, lastUsedAt: null },
      { id: 's2', createdAt: 9, lastUsedAt: null },
    ]
    const secrets = [older, newer]
    expect(await render({ secrets })).toMatch(
      /the older one.*secret_id" value="s1".*the older one.*the newer one.*secret_id" value="s2".*the newer one/s,
    )
    expect(await render({ secrets, confirm: { retire: older } })).toContain('It is the older one.')
    expect(await render({ secrets, confirm: { retire: newer } })).toContain('It is the newer one.')
    expect(await render({ secrets: [newer] })).not.toMatch(/the (older|newer) one/)
  })

  it('does not offer to retire the only secret', async () => {
    expect(deeds(await render())).not.toContain('retire')
  })

  it('has nothing about secrets for a public client', async () => {
    const html = await render({ client: { ...usual.client, kind: 'public' }, secrets: [] })
    expect(deeds(html)).toEqual(['edit', 'try', 'change-type', 'delete'])
    expect(html).not.toContain('SECRET')
    expect(html).toContain('code_verifier=VERIFIER')
  })

  it('shows a fresh secret to be copied, and says that it is the only time', async () => {
    const html = await render({ freshSecret: 'd4e5f6' })
    expect(html).toMatch(/data-copy="the client secret"><pre [^>]*><code>d4e5f6<\/code>/)
    expect(html).toContain('It will not be shown again')
    expect(await render()).not.toContain('It will not be shown again')
  })

  it('keeps what was sent after a mistake', async () => {
    const html = await render({
      form: {
        name: '',
        redirectUris: 'x',
        faults: { name: 'Write a name.', redirectUris: null, kind: null },
      },
    })
    expect(html).toContain('Nothing was changed')
    expect(html).toContain('id="field-client_name-error">Write a name.</p>')
    expect(html).toContain('>x</textarea>')
  })

  it('says of each secret when it was last used', async () => {
    const html = await render({ secrets: two })
    expect(html).toMatch(
      /Made <time [^>]*>1 Jan 1970, 00:00 UTC<\/time>. Last used: <time [^>]*>1 Jan 1970, 00:02 UTC/,
    )
    expect(html).toMatch(/00:01 UTC<\/time>. Last used: never/)
  })

  it('asks for the name before a delete, says how many people lose access, and shows nothing else', async () => {
    const html = await render({ confirm: 'delete', use: { people: 3, lastUsedAt: 0 } })
    expect(deeds(html)).toEqual(['confirm-delete'])
    expect(html).toContain('<h1>Delete <bdi class="name">Report Maker</bdi>?</h1>')
    expect(html).toContain('3 people lose the access')
    expect(html).toContain('name="typed_name"')
    expect(html).toMatch(/<a [^>]*href="\/-\/oauth\/clients\/a1b2">Keep it<\/a>/)
    expect(await render({ confirm: 'delete', use: { people: 1, lastUsedAt: 0 } })).toContain('1 person loses')
    expect(await render({ confirm: 'delete', confirmError: 'Not the name.' })).toContain('Not the name.')
  })

  it('tells the consequences before it changes the type', async () => {
    const html = await render({ confirm: 'change-type' })
    expect(deeds(html)).toEqual(['confirm-change-type'])
    expect(html).toContain('Its secrets stop working at once')
    const toConfidential = await render({
      confirm: 'change-type',
      client: { ...usual.client, kind: 'public' },
    })
    expect(toConfidential).toContain('gets a secret')
  })

  it('shows what was refused as text, and what it differs in', async () => {
    const refused = {
      redirectUri: 'https://<b>\u202e',
      at: 0,
      nearest: 'https://reports.example.com/cb',
      difference: 'differs in the host',
      isLoopbackPort: false,
    }
    const html = await render({ refused })
    expect(html).toContain('<code>https://&lt;b&gt;\\u202e</code>')
    expect(html).toContain('The request differs in the host.')
    expect(await render({ refused: { ...refused, isLoopbackPort: true } })).toContain('Only a public app')
    expect(await render({ refused: { ...refused, difference: null } })).toContain('it would match')
  })

  it('shows the name as text', async () => {
    const html = await render({ client: { ...usual.client, name: '<script>' } })
    expect(html).toContain('<h1><bdi>&lt;script&gt;</bdi>')
    expect(html).not.toContain('<script>')
  })
})
