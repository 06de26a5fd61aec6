import type { Cell } from '../../database/cells.ts'

/** A value as people read it: nothing for NULL, the size in place of bytes. */
export function cellText(cell: Cell): string {
  if (cell === null || typeof cell === 'string') return cell ?? ''
  return 'number' in cell ? cell.number : `<Binary: ${cell.blob.length.toLocaleString('en')} bytes>`
}

/** A key's value as it stands in the address of a row; null for what no address can name: NULL and bytes. */
export function keyText(cell: Cell): string | null {
  if (cell === null || typeof cell === 'string') return cell
  return 'number' in cell ? cell.number : null
}
