import type { JSX } from 'hono/jsx/jsx-runtime'

export type CodeBlockProps = {
  /** What the text is, for screen readers and for the copy button ("the client secret"). */
  readonly label: string
  /** Shown exactly as it is. */
  readonly text: string
}

/**
 * Text for a machine: a command, a token, JSON. The script of the page adds a copy button; without the
 * script there is none, and a secret can still be selected.
 */
export function CodeBlock({ label, text }: CodeBlockProps): JSX.Element {
  return (
    <div class="code-block" data-copy={label}>
      <pre role="group" aria-label={label} tabindex={0}>
        <code>{text}</code>
      </pre>
    </div>
  )
}
