import type { JSX } from 'hono/jsx/jsx-runtime'
import { TextField } from '../../../plugin.ts'

/** Whose password it is, in a field, so that a password manager keeps the name with it. */
export function OwnName({ name }: { readonly name: string }): JSX.Element {
  return <TextField name="name" label="Name" value={name} text="code" fillIn="username" readOnly />
}
