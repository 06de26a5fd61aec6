import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, ConfirmStep } from '../../../plugin.ts'

/** How an app that nobody here registered is deleted: which, and where the form goes. */
export type UnvouchedDeletion = { readonly clientId: string; readonly action: string }

/** Begins it. */
export function DeleteUnvouchedForm({ action, clientId }: UnvouchedDeletion): JSX.Element {
  return (
    <form method="post" action={action} class="actions">
      <input type="hidden" name="client_id" value={clientId} />
      <Button kind="danger" field={{ name: 'do', value: 'delete' }}>
        Delete this app
      </Button>
    </form>
  )
}

export type DeleteUnvouchedPageProps = UnvouchedDeletion & {
  /** The app's own word. */
  readonly name: string
  readonly cancelPath: string
}

/** Asks once before the app goes with all that people gave to it. */
export function DeleteUnvouchedPage(props: DeleteUnvouchedPageProps): JSX.Element {
  return (
    <ConfirmStep
      question={
        <>
          Delete <bdi>{props.name}</bdi>?
        </>
      }
      action={props.action}
      fields={<input type="hidden" name="client_id" value={props.clientId} />}
      confirm={{ label: 'Delete app', name: 'do', value: 'confirm-delete' }}
      cancel={{ label: 'Keep it', path: props.cancelPath }}
    >
      <p>
        All access that people gave to it ends, at its next request. Nobody here registered it, so it can
        register itself again, or come back by its document; people would be asked anew.
      </p>
      <p>
        Client ID: <bdi class="code">{props.clientId}</bdi>
      </p>
    </ConfirmStep>
  )
}
