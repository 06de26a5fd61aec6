import type { JSX } from 'hono/jsx/jsx-runtime'
import { CodeBlock } from '../../ui/code-block.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'

/** One schema that is shown: what it is the schema of, and its statements. */
export type ShownSchema = { readonly title: string; readonly sql: string }

export type SchemaPageProps = {
  readonly title: string
  readonly shown: readonly ShownSchema[]
  /** The same for programs. */
  readonly jsonPath: string
}

/** The statements that made one or more databases. */
export function SchemaPage({ title, shown, jsonPath }: SchemaPageProps): JSX.Element {
  return (
    <>
      <h1>{title}</h1>
      {shown.every(({ sql }) => sql === '') ? (
        <EmptyState title="There is nothing yet">
          <p>The statements that make tables would stand here. Create a table, and look again.</p>
        </EmptyState>
      ) : (
        shown.map((one) => (
          <section>
            {shown.length > 1 && (
              <h2>
                <bdi>{one.title}</bdi>
              </h2>
            )}
            <CodeBlock label={`the schema of ${one.title}`} text={one.sql} />
          </section>
        ))
      )}
      <p>
        <a href={jsonPath}>As JSON</a>
      </p>
    </>
  )
}
