import type { JSX } from 'hono/jsx/jsx-runtime'

export type RowActionProps = {
  readonly kind: 'edit' | 'delete'
  /** Names what is done and to which row; read out, and shown to a pointer that rests. */
  readonly label: string
  /** Ready for a link. */
  readonly path: string
}

/** A small link beside a row to a page that changes it. It has no text of its own, so that what is copied from the table is data. */
export function RowAction({ kind, label, path }: RowActionProps): JSX.Element {
  return (
    <a class="row-action" href={path} aria-label={label} title={label}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path
          d={DRAWINGS[kind]}
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linejoin="round"
        />
      </svg>
    </a>
  )
}

/** A pencil, and a bin. */
const DRAWINGS = {
  edit: 'M2.5 13.5l.7-3.2 7.8-7.8 2.5 2.5-7.8 7.8zM9.3 4.2l2.5 2.5',
  delete: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4',
} as const
