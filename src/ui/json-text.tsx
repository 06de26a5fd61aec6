import type { JSX } from 'hono/jsx/jsx-runtime'

/** Longer JSON is folded behind its beginning. */
const FOLD_AFTER_CHARACTERS = 120

export type JsonTextProps = {
  /** As it stands in the table. */
  readonly text: string
  /** The same with a line for each member. */
  readonly inLines: string
}

/** JSON from a table: short as it is, long folded and in lines. */
export function JsonText({ text, inLines }: JsonTextProps): JSX.Element {
  if (text.length <= FOLD_AFTER_CHARACTERS) return <code>{text}</code>
  return (
    <details class="long-text">
      <summary>
        <code>{text.slice(0, FOLD_AFTER_CHARACTERS).toWellFormed()}…</code>
      </summary>
      <div>
        <code>{inLines}</code>
      </div>
    </details>
  )
}
