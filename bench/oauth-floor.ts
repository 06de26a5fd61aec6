/**
 * An authorization server to measure against: `oauth-floor.ts CODES`. It is `oidc-provider` with everything in a `Map`, one confidential
 * client, and that many codes. Prints its port and the codes as JSON.
 */
import { createServer } from 'node:http'
import { Provider, type Adapter, type AdapterPayload } from 'oidc-provider'

export const CLIENT = { client_id: 'c'.repeat(32), client_secret: 's'.repeat(64) } as const
export const REDIRECT_URI = 'https://app.example/cb'

/** Keeps everything, and looks everything up by its name. */
class MapAdapter implements Adapter {
  static readonly #all = new Map<string, AdapterPayload>()
  static readonly #byGrant = new Map<string, Set<string>>()
  readonly #kind: string

  constructor(kind: string) {
    this.#kind = kind
  }

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    const key = this.#key(id)
    MapAdapter.#all.set(key, payload)
    if (payload.grantId === undefined) return
    const family = MapAdapter.#byGrant.get(payload.grantId) ?? new Set()
    MapAdapter.#byGrant.set(payload.grantId, family.add(key))
  }
  async find(id: string): Promise<AdapterPayload | undefined> {
    return MapAdapter.#all.get(this.#key(id))
  }
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async consume(id: string): Promise<void> {
    const payload = MapAdapter.#all.get(this.#key(id))
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
  }
  async destroy(id: string): Promise<void> {
    MapAdapter.#all.delete(this.#key(id))
  }
  async revokeByGrantId(grantId: string): Promise<void> {
    for (const key of MapAdapter.#byGrant.get(grantId) ?? []) MapAdapter.#all.delete(key)
    MapAdapter.#byGrant.delete(grantId)
  }

  #key(id: string): string {
    return `${this.#kind}:${id}`
  }
}

async function main(count: number): Promise<void> {
  let handle: ReturnType<Provider['callback']> | null = null
  const server = createServer((request, response) => void handle?.(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const { port } = address
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    adapter: MapAdapter,
    clients: [
      {
        ...CLIENT,
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    scopes: ['read'],
    cookies: { keys: ['cookie key'] },
    features: { introspection: { enabled: true }, devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    ttl: { AccessToken: 3600, AuthorizationCode: 600, Grant: 86_400, RefreshToken: 86_400 },
  })
  const client = await provider.Client.find(CLIENT.client_id)
  if (client === undefined) throw new Error('the client is missing')
  const codes: string[] = []
  for (let made = 0; made < count; made += 1) {
    const grant = new provider.Grant({ accountId: 'ann', clientId: CLIENT.client_id })
    grant.addOIDCScope('read')
    const code = new provider.AuthorizationCode({
      accountId: 'ann',
      client,
      grantId: await grant.save(),
      redirectUri: REDIRECT_URI,
      scope: 'read',
      gty: 'authorization_code',
    })
    codes.push(await code.save())
  }
  handle = provider.callback()
  console.log(JSON.stringify({ port, codes }))
}

if (process.argv[1]?.endsWith('oauth-floor.ts') === true) await main(Number(process.argv[2]))
