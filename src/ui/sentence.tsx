import type { JSX } from 'hono/jsx/jsx-runtime'

export type SentenceProps = {
  /** Our words, and names of things that people made, which stand apart from them. */
  readonly parts: readonly ({ readonly text: string } | { readonly name: string })[]
}

/** A sentence with foreign names in it. */
export function Sentence({ parts }: SentenceProps): JSX.Element {
  return <>{parts.map((part) => ('name' in part ? <bdi class="name">{part.name}</bdi> : part.text))}</>
}
