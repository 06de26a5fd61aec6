import type { JSX } from 'hono/jsx/jsx-runtime'
import { CodeBlock } from '../../../plugin.ts'
import { snippetsFor, type SnippetValues } from './snippets.ts'

/** Programs to start from, each folded away. */
export function SnippetList({ values }: { readonly values: SnippetValues }): JSX.Element {
  return (
    <section>
      <h2>Programs to start from</h2>
      <p>
        Each runs the flow, checks the answer and makes one request.
        {values.kind === 'confidential' && (
          <>
            {' '}
            Put the secret into the environment as <code>CLIENT_SECRET</code>, and not into the program.
          </>
        )}
      </p>
      {snippetsFor(values).map(({ title, text }) => (
        <details class="fold">
          <summary>{title}</summary>
          <CodeBlock label={`the program: ${title}`} text={text} />
        </details>
      ))}
    </section>
  )
}
