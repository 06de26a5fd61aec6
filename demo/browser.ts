/**
 * The little of a browser that the demo needs to check itself: cookies that are kept by host, and redirects
 * that are looked at before they are followed.
 */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()

  /** Opens an address. A redirect is the answer; it is not followed. */
  open(address: string): Promise<Answer> {
    return this.#send(address, { method: 'GET' })
  }

  /** Posts a form from a page of the same site. */
  post(address: string, fields: readonly (readonly [string, string])[]): Promise<Answer> {
    const body = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value]))
    return this.#send(address, { method: 'POST', body, headers: { 'Sec-Fetch-Site': 'same-origin' } })
  }

  async #send(address: string, init: RequestInit): Promise<Answer> {
    const { hostname } = new URL(address)
    const jar = this.#cookies.get(hostname) ?? new Map<string, string>()
    this.#cookies.set(hostname, jar)

    const headers = new Headers(init.headers)
    headers.set('Accept', 'text/html')
    if (jar.size > 0) headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(address, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) keep(jar, line)

    const location = response.headers.get('location')
    return {
      status: response.status,
      location: location === null ? null : new URL(location, address),
      text: await response.text(),
    }
  }
}

/** What came back: `location` is where a redirect points to, as a full address. */
export type Answer = { readonly status: number; readonly location: URL | null; readonly text: string }

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const separator = pair.indexOf('=')
  const name = pair.slice(0, separator).trim()
  const ended = attributes.some((one) => /^\s*max-age\s*=\s*0\s*$/i.test(one))
  if (ended) jar.delete(name)
  else jar.set(name, pair.slice(separator + 1).trim())
}
