import type { JSX } from 'hono/jsx/jsx-runtime'
import { CodeBlock } from './code-block.tsx'

export type CopyAsProps = {
  /** The same data as JSON, ready for a link. */
  readonly jsonPath: string
  /** The same data as CSV, ready for a link; null where there is none. */
  readonly csvPath: string | null
  /** The address of the JSON with scheme and host, for a command line. */
  readonly jsonUrl: string
}

/**
 * Ways to take the data elsewhere: links, and a command. The script of the page adds a button to each, which copies what
 * the link leads to. The command names a variable for the token, because what is copied is pasted where others read it.
 */
export function CopyAs({ jsonPath, csvPath, jsonUrl }: CopyAsProps): JSX.Element {
  return (
    <details class="fold copy-as">
      <summary>Copy as</summary>
      <ul class="copy-links">
        {csvPath !== null && (
          <li>
            <a href={csvPath} data-copy-link="the rows as CSV">
              CSV
            </a>
          </li>
        )}
        <li>
          <a href={jsonPath} data-copy-link="the rows as JSON">
            JSON
          </a>
        </li>
      </ul>
      <p class="explain">
        On a command line, with an API token in <code>TOKEN</code>; what everybody may read needs no header:
      </p>
      <CodeBlock
        label="the curl command"
        text={`curl -H "Authorization: Bearer $TOKEN" ${shellQuoted(jsonUrl)}`}
      />
    </details>
  )
}

/** One word for a shell, whatever it holds. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
