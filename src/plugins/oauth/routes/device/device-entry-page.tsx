import { privatePageHeaders, type AppContext } from '../../../../plugin.ts'
import { DeviceEntryPage, type DeviceProblem } from '../../pages/device-entry.tsx'
import type { Provider } from '../../provider.ts'
import { VERIFY_PATH } from '../paths.ts'

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
    body: <DeviceEntryPage action={host.urls.path(VERIFY_PATH)} code={code} problem={problem} />,
  })
}
