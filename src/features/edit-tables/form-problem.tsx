import type { JSX } from 'hono/jsx/jsx-runtime'
import { Notice } from '../../ui/notice.tsx'
import { plainWords } from '../plain-words.ts'
import type { FieldErrors } from './column-form.ts'

export type FormProblemProps = {
  /** What the write API said, or null. */
  readonly problem: string | null
  /** What the fields say; each stands at its field too. */
  readonly errors: FieldErrors
  /** What is as it was before ("No table was made."). */
  readonly unchanged: string
}

/** Says at the top of a form why nothing happened. */
export function FormProblem({ problem, errors, unchanged }: FormProblemProps): JSX.Element | null {
  if (problem !== null) {
    return (
      <Notice kind="danger" title={plainWords(problem)}>
        <p>{unchanged}</p>
      </Notice>
    )
  }
  if (errors.size === 0) return null
  return (
    <Notice kind="danger" title="Something is missing or does not fit">
      <ul class="plain-list">
        {[...new Set(errors.values())].map((message) => (
          <li>{message}</li>
        ))}
      </ul>
      <p>{unchanged}</p>
    </Notice>
  )
}
