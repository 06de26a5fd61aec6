import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, Notice, TextField } from '../../../plugin.ts'
import type { OpenFailure } from '../protocol/device-request.ts'

/** Why a code leads nowhere. `missing`: there was none. */
export type DeviceProblem = 'missing' | OpenFailure['reason']

export type DeviceEntryPageProps = {
  /** Where the code is posted to. */
  readonly action: string
  /** What stands in the field at first. */
  readonly code: string
  /** Why the last code led nowhere. */
  readonly problem: DeviceProblem | null
}

/** Asks for the code that a device shows. Goes into a narrow page. */
export function DeviceEntryPage({ action, code, problem }: DeviceEntryPageProps): JSX.Element {
  return (
    <>
      <h1>Verify Device</h1>
      {problem !== null && (
        <Notice kind="danger" title={PROBLEMS[problem].title}>
          <p>{PROBLEMS[problem].advice}</p>
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

/** In words for the person who entered the code: what happened, and what to do now. */
const PROBLEMS: Readonly<Record<DeviceProblem, { readonly title: string; readonly advice: string }>> = {
  missing: { title: 'There is no code', advice: 'Enter the code that your device shows.' },
  unknown: {
    title: 'Invalid code',
    advice:
      'No device waits for this code. Compare it with what your device shows and type it again. Codes last 15 minutes.',
  },
  claimed: {
    title: 'Somebody else has opened this code',
    advice:
      'Only they can decide about it, and you gave nothing. If the code is from your own device, start again there: others may have seen it.',
  },
  decided: {
    title: 'This code has already been used',
    advice:
      'It was approved or denied before, and nothing was changed now. If your device still waits, start again there and enter the new code.',
  },
  expired: {
    title: 'This code has expired',
    advice: 'Nothing was given. Start again on your device and enter the new code.',
  },
}
