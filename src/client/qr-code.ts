import { renderUnicodeCompact } from 'uqr'

/** What is known of the terminal that is written to. */
export type Screen = {
  readonly isTerminal: boolean
  readonly columns: number
  readonly rows: number
  readonly env: Readonly<Record<string, string | undefined>>
}

/** White blocks on black, whatever the colours of the terminal: a reader needs light around the code. */
const COLOURS = '\u001B[97;40m'
const PLAIN = '\u001B[0m'

/** Lines of other text that stay in sight beside the code. */
const OTHER_ROWS = 8

/** Draws an address as a QR code of half blocks; null for a terminal that cannot show it whole. */
export function drawQrCode(address: string, screen: Screen): string | null {
  if (!screen.isTerminal || !speaksUnicode(screen.env) || screen.env['TERM'] === 'dumb') return null
  const lines = renderUnicodeCompact(address, { border: 2 }).split('\n')
  const width = Math.max(...lines.map((line) => line.length))
  if (width > screen.columns || lines.length + OTHER_ROWS > screen.rows) return null
  return lines.map((line) => COLOURS + line.padEnd(width) + PLAIN).join('\n')
}

function speaksUnicode(env: Screen['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  return /utf-?8/iu.test(locale) || env['WT_SESSION'] !== undefined
}
