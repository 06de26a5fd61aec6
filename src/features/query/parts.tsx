import type { JSX } from 'hono/jsx/jsx-runtime'
import { TextField } from '../../ui/field.tsx'
import type { SqlVisibility } from './sql-visibility.ts'

export type ParameterFieldsProps = {
  /** Values by parameter. */
  readonly params: Readonly<Record<string, string>>
  /** What the form sends besides, unseen. */
  readonly kept: readonly (readonly [string, string])[]
}

/** A field for each parameter of a query. */
export function ParameterFields({ params, kept }: ParameterFieldsProps): JSX.Element {
  return (
    <>
      {kept.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {Object.entries(params).map(([name, value]) => (
        <TextField name={name} label={name} value={value} />
      ))}
    </>
  )
}

/** What a link says that hides the SQL of a page, or shows it. */
export function toggleWord({ isHidden }: SqlVisibility): string {
  return isHidden ? 'Show SQL' : 'Hide SQL'
}
