import { privatePageHeaders, type AppContext } from '../../../plugin.ts'
import { DeviceEntryPage } from '../pages/device-entry.tsx'
import type { Provider } from '../provider.ts'
import { VERIFY_PATH } from './device-paths.ts'

/** Why a code leads nowhere. */
export type DeviceProblem = keyof typeof PROBLEMS

/**
 * Asks for a code; `problem` says why the last one led nowhere. The status is 200 then, too, as clients of
 * datasette-oauth know it (host.md §13.4).
 */
export async function showEntry(
  { host }: Provider,
  c: AppContext,
  code: string,
  problem: DeviceProblem | null,
): Promise<Response> {
  return host.page(c, {
    title: 'Verify Device',
    width: 'narrow',
    headers: privatePageHeaders(),
    body: (
      <DeviceEntryPage
        action={host.urls.path(VERIFY_PATH)}
        code={code}
        problem={problem === null ? null : PROBLEMS[problem]}
      />
    ),
  })
}

/** In words for the person who entered the code: what happened, and what to do now. */
const PROBLEMS = {
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
} as const
