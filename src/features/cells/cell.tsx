import type { Child } from 'hono/jsx'
import type { Cell } from '../../database/cells.ts'
import { LongText } from '../../ui/long-text.tsx'
import { cellText } from './cell-text.ts'
import { isWebAddress } from './web-address.ts'

export type CellOptions = {
  /** Text beyond this many characters is left out; 0 leaves nothing out. */
  readonly maxCharacters: number
  /** Where the value leads, ready for a link; null for nowhere. */
  readonly link: string | null
}

/** A value of a row as it stands on a page. */
export function renderCell(value: Cell, { maxCharacters, link }: CellOptions): Child {
  const text = shorten(cellText(value), maxCharacters)
  if (link !== null) return <a href={link}>{text}</a>
  if (typeof value === 'string' && isWebAddress(value)) {
    return (
      <a href={value} rel="nofollow noopener noreferrer">
        {text}
      </a>
    )
  }
  return <LongText text={text} />
}

function shorten(text: string, maxCharacters: number): string {
  if (maxCharacters === 0 || text.length <= maxCharacters) return text
  const cut = text.slice(0, maxCharacters)
  // Half of a surrogate pair would be shown as a broken sign.
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}
