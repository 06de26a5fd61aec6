import type { JSX } from 'hono/jsx/jsx-runtime'
import { TextArea, TextField } from '../../../plugin.ts'
import type { RegistrationFaults } from '../protocol/registration-faults.ts'
import { MAX_NAME_LENGTH, MAX_REDIRECT_URIS } from '../protocol/registration.ts'

export type ClientFieldsProps = {
  readonly form: {
    readonly name: string
    /** One a line. */
    readonly redirectUris: string
    /** What was wrong with what was sent; null before anything was. */
    readonly faults: RegistrationFaults | null
  }
}

/** The fields for the name and the addresses of an app, when it is registered and when it is changed. */
export function ClientFields({ form }: ClientFieldsProps): JSX.Element {
  const { faults, name, redirectUris } = form
  return (
    <>
      <TextField
        name="client_name"
        label="Name"
        hint="People see this name when the app asks for access."
        value={name}
        error={faults?.name ?? null}
        isFirstError
        // Browsers count UTF-16 units, of which a character has up to two: they stop only what is refused for certain.
        maxLength={2 * MAX_NAME_LENGTH}
        required
      />
      <TextArea
        name="redirect_uris"
        label="Redirect URIs"
        hint={`Where people go back to after they decided. One a line, up to ${MAX_REDIRECT_URIS}, matched exactly. https, or http on the computer of the app itself.`}
        value={redirectUris}
        error={faults?.redirectUris ?? null}
        isFirstError={faults?.name === null}
        rows={3}
        text="code"
        required
      />
    </>
  )
}
