import type { JSX } from 'hono/jsx/jsx-runtime'
import { TextField } from '../../../plugin.ts'
import { MAX_NAME_LENGTH } from '../protocol/registration.ts'

/** The field for the name of an app, when it is registered and when it is changed. */
export function ClientNameField({ value }: { readonly value: string }): JSX.Element {
  return (
    <TextField
      name="client_name"
      label="Name"
      hint="People see this name when the app asks for access."
      value={value}
      // Browsers count UTF-16 units, of which a character has up to two: they stop only what is refused for certain.
      maxLength={2 * MAX_NAME_LENGTH}
      required
    />
  )
}
