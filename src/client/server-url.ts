import { fail, ok, type Result } from '../result.ts'

/** Where a server is, in one written form for each server. */
export type ServerUrl = {
  /** Without a slash at the end. */
  readonly href: string
  readonly origin: string
  /** Whether what is sent cannot be read on its way: https, or this computer. */
  readonly isPrivate: boolean
}

/** Reads the address of a server; the failure is a sentence. A default port, and a slash at the end, are left out. */
export function parseServerUrl(text: string): Result<ServerUrl, string> {
  if (!/^https?:\/\//iu.test(text) || !URL.canParse(text)) {
    return fail(`The address of a server begins with https://, such as ${suggestion(text)}`)
  }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || text.includes('?') || text.includes('#')) {
    return fail('The address of a server has no user name, no ? and no #')
  }
  const href = url.origin + url.pathname.replace(/\/+$/u, '')
  return ok({ href, origin: url.origin, isPrivate: url.protocol === 'https:' || isLoopback(url.hostname) })
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/u.test(hostname)
}

/** What somebody may have meant who left the beginning out. */
function suggestion(text: string): string {
  if (!/^[a-z0-9.-]+(?::\d+)?$/iu.test(text)) return 'https://data.example'
  return `${isLoopback(text.replace(/:\d+$/u, '')) ? 'http' : 'https'}://${text}`
}
