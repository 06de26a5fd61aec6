import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, LinkButton } from './button.tsx'

export type ConfirmStepProps = {
  /** The page's one question ("Delete Report Maker?"). */
  readonly question: Child
  /** What will be gone afterwards, and whether it can come back. */
  readonly children: Child
  /** What has to be written or ticked before the answer counts. */
  readonly fields?: Child
  /** Where the form posts to. */
  readonly action: string
  readonly confirm: { readonly label: string; readonly name: string; readonly value: string }
  /** The way out, a link that changes nothing. */
  readonly cancel: { readonly label: string; readonly path: string }
}

/** Asks once more before something that cannot be undone. It is the whole page: one question, two answers. */
export function ConfirmStep({
  question,
  children,
  fields,
  action,
  confirm,
  cancel,
}: ConfirmStepProps): JSX.Element {
  return (
    <>
      <h1>{question}</h1>
      {children}
      <form method="post" action={action}>
        {fields}
        <div class="actions actions-even">
          <Button kind="danger" field={{ name: confirm.name, value: confirm.value }}>
            {confirm.label}
          </Button>
          <LinkButton kind="plain" path={cancel.path}>
            {cancel.label}
          </LinkButton>
        </div>
      </form>
    </>
  )
}
