import type { Child } from 'hono/jsx'
import type { Cell } from '../../database/cells.ts'
import { JsonText } from '../../ui/json-text.tsx'
import { LongText } from '../../ui/long-text.tsx'
import { cellText } from './cell-text.ts'
import { jsonInLines } from './json-cell.ts'
import { isWebAddress } from '../../http/web-address.ts'

export type CellOptions = {
  /** Text beyond this many characters is left out. */
  readonly maxCharacters: number
  /** Where the value leads, ready for a link; null for nowhere. */
  readonly link: string | null
  /** What the row is called to which the value refers; null for nothing. */
  readonly label?: string | null
}

/** Characters of all the values of one row together, so that a page of one row stays a page. */
const ROW_CHARACTERS = 262_144

/** Longest address that becomes a link. */
const MAX_LINK_LENGTH = 2048

/** How many characters of a value a page shows: `setting` (0 for all), and never more than its share of the row. */
export function cellLimit(columnCount: number, setting: number): number {
  const share = Math.max(100, Math.floor(ROW_CHARACTERS / Math.max(1, columnCount)))
  return setting === 0 ? share : Math.min(setting, share)
}

/** A value of a row as it stands on a page. */
export function renderCell(value: Cell, { maxCharacters, link, label = null }: CellOptions): Child {
  const text = shorten(cellText(value), maxCharacters)
  if (link !== null && link.length <= MAX_LINK_LENGTH) {
    if (label === null || label === text) return <a href={link}>{text}</a>
    return (
      <>
        <a href={link}>{shorten(label, maxCharacters)}</a> <span class="cell-id">{text}</span>
      </>
    )
  }
  if (typeof value === 'string' && value.length <= MAX_LINK_LENGTH && isWebAddress(value)) {
    return (
      <a href={value} rel="nofollow noopener noreferrer">
        {text}
      </a>
    )
  }
  const inLines = typeof value === 'string' && value.length <= maxCharacters ? jsonInLines(value) : null
  if (inLines !== null) return <JsonText text={text} inLines={inLines} />
  return <LongText text={text} />
}

function shorten(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text
  const cut = text.slice(0, maxCharacters)
  // Half of a surrogate pair would be shown as a broken sign.
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}
