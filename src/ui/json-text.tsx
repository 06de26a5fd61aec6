import type { JSX } from 'hono/jsx/jsx-runtime'

/** Longer JSON is folded behind its beginning. */
const FOLD_AFTER_CHARACTERS = 120

/** JSON from a table: short as it is, long folded and with a line for each member. */
export function JsonText({ text }: { readonly text: string }): JSX.Element {
  if (text.length <= FOLD_AFTER_CHARACTERS) return <code>{text}</code>
  return (
    <details class="long-text">
      <summary>
        <code>{text.slice(0, FOLD_AFTER_CHARACTERS).toWellFormed()}…</code>
      </summary>
      <div>
        <code>{inLines(text)}</code>
      </div>
    </details>
  )
}

/** Numbers stay as they are written: reading them as numbers would round the large ones. */
function inLines(text: string): string {
  const parsed: unknown = JSON.parse(text, (_key, value: unknown, ...[context]: readonly Reviver[]) =>
    typeof value === 'number' && context?.source !== undefined ? JSON.rawJSON(context.source) : value,
  )
  return JSON.stringify(parsed, null, 2)
}

type Reviver = { readonly source?: string }

declare global {
  interface JSON {
    /** A value that is written as this text (ECMAScript proposal "JSON.parse source text access"). */
    rawJSON(text: string): unknown
  }
}
