import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Actor } from '../../auth/actor.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'

export type ActorPageProps = {
  /** Who asks; null when nobody is signed in. */
  readonly actor: Actor | null
  readonly signInPath: string
  /** The same as JSON, for programs. */
  readonly jsonPath: string
}

/** Who the server takes the reader for (host.md §3.3). */
export function ActorPage({ actor, signInPath, jsonPath }: ActorPageProps): JSX.Element {
  return (
    <>
      <h1>Who you are here</h1>
      {actor === null ? (
        <EmptyState title="You are not signed in">
          <p>
            Your actor would be shown here. <a href={signInPath}>Sign in</a> to see it.
          </p>
        </EmptyState>
      ) : (
        <>
          <p>The permission rules of this site are matched against this actor.</p>
          <CodeBlock label="your actor" text={JSON.stringify(actor, null, 2)} />
        </>
      )}
      <p>
        <a href={jsonPath}>As JSON</a>
      </p>
    </>
  )
}
