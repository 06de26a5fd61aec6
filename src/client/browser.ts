/** A program and its arguments; no shell reads them. */
export type BrowserCommand = { readonly file: string; readonly arguments: readonly string[] }

/** Where this program runs. */
export type BrowserPlace = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly isTty: boolean
}

/**
 * The program that opens an address in the person's browser; null where there is none to be seen: no terminal, a
 * session from another machine, no display. An address that is not http or https is opened by nobody: other schemes
 * start other programs (CVE-2025-6514).
 */
export function browserCommand(
  address: string,
  { env, platform, isTty }: BrowserPlace,
): BrowserCommand | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null

  const isSet = (name: string) => (env[name] ?? '') !== ''
  if (!isTty || isSet('SSH_CONNECTION') || isSet('SSH_CLIENT') || isSet('SSH_TTY')) return null
  if (platform === 'darwin') return { file: 'open', arguments: [url.href] }
  // Not `start`: that is a word of the shell.
  if (platform === 'win32') return { file: 'rundll32', arguments: ['url.dll,FileProtocolHandler', url.href] }
  return isSet('DISPLAY') || isSet('WAYLAND_DISPLAY') ? { file: 'xdg-open', arguments: [url.href] } : null
}
