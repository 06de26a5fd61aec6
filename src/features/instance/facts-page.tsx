import type { JSX } from 'hono/jsx/jsx-runtime'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Tabs, type Tab } from '../../ui/tabs.tsx'

export type FactsPageProps = {
  readonly title: string
  /** What the facts are, in a sentence. */
  readonly about: string
  /** The facts, as JSON text. */
  readonly text: string
  /** The same for programs. */
  readonly jsonPath: string
  /** The pages of this kind that the reader may open, this one among them. */
  readonly tabs: readonly Tab[]
}

/** Facts about the instance. */
export function FactsPage({ title, about, text, jsonPath, tabs }: FactsPageProps): JSX.Element {
  return (
    <>
      <h1>{title}</h1>
      <Tabs label="About this server" tabs={tabs} />
      <p>
        {about} <a href={jsonPath}>As JSON</a>
      </p>
      <CodeBlock label={title} text={text} />
    </>
  )
}
