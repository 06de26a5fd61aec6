import type { JSX } from 'hono/jsx/jsx-runtime'

/** Longer texts are folded. About three lines of a table cell. */
const FOLD_AFTER_CHARACTERS = 160

/** Text from a table, folded behind its beginning when it is long. Opens without script. */
export function LongText({ text }: { readonly text: string }): JSX.Element {
  if (text.length <= FOLD_AFTER_CHARACTERS) return <>{text}</>
  return (
    <details class="long-text">
      <summary>{beginning(text)}…</summary>
      <div>{text}</div>
    </details>
  )
}

/** Cuts between characters: half of a surrogate pair would be shown as a broken sign. */
function beginning(text: string): string {
  const cut = text.slice(0, FOLD_AFTER_CHARACTERS)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}
