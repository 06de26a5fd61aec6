import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, Notice, TextField } from '../../../plugin.ts'

export type DeviceEntryPageProps = {
  /** Where the code is posted to. */
  readonly action: string
  /** What stands in the field at first. */
  readonly code: string
  /** Why the last code led nowhere: what happened, and what to do now. */
  readonly problem: { readonly title: string; readonly advice: string } | null
}

/** Asks for the code that a device shows. Goes into a narrow page. */
export function DeviceEntryPage({ action, code, problem }: DeviceEntryPageProps): JSX.Element {
  return (
    <>
      <h1>Verify Device</h1>
      {problem !== null && (
        <Notice kind="danger" title={problem.title}>
          <p>{problem.advice}</p>
        </Notice>
      )}
      <p>
        A device or a command line that you started shows a code. Enter it here; then you see what it asks
        for, and decide.
      </p>
      <form method="post" action={action} class="form">
        <TextField
          name="code"
          label="Code"
          hint="Eight characters, like BCDF-GHJK. Small letters and a missing dash are fine."
          value={code}
          text="code"
          maxLength={40}
          required
        />
        <div class="actions">
          <Button kind="primary">Continue</Button>
        </div>
      </form>
      <Notice kind="warning" title="Never enter a code that somebody sent you">
        <p>
          With it they would get into your account here. A code is only good when you see it on a device of
          your own.
        </p>
      </Notice>
    </>
  )
}
