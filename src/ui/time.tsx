import type { JSX } from 'hono/jsx/jsx-runtime'
import type { EpochSeconds } from '../clock.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/**
 * A moment. The text is UTC; the script of the page turns it into the reader's own time and form, and the
 * exact second stays in `datetime` and in the tooltip.
 */
export function Time({ at }: { readonly at: EpochSeconds }): JSX.Element {
  const iso = formatIso(at)
  return (
    <time datetime={iso} title={`${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`}>
      {formatUtc(at)}
    </time>
  )
}

/** Writes a moment as `2026-11-22T12:40:05Z`, for programs. */
export function formatIso(at: EpochSeconds): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z')
}

/** Writes a moment as `22 Nov 2026, 12:40 UTC`, whatever the server's locale and time zone. */
export function formatUtc(at: EpochSeconds): string {
  const date = new Date(at * 1000)
  const clock = date.toISOString().slice(11, 16)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${clock} UTC`
}
