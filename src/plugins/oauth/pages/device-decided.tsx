import type { JSX } from 'hono/jsx/jsx-runtime'
import { formatDuration, Notice } from '../../../plugin.ts'

/** Says that the device gets access. */
export function DeviceAuthorizedPage({ ttlSeconds }: { readonly ttlSeconds: number }): JSX.Element {
  return (
    <>
      <h1>Device authorized successfully</h1>
      <Notice kind="good" title="Go back to your device">
        <p>It goes on by itself within a few seconds. You can close this page.</p>
      </Notice>
      <p>
        The access ends by itself <strong>{formatDuration(ttlSeconds)}</strong> after the device has fetched
        it.
      </p>
    </>
  )
}

/** Says that the device gets nothing. */
export function DeviceDeniedPage(): JSX.Element {
  return (
    <>
      <h1>Authorization denied</h1>
      <p>The device gets nothing, and its code no longer works. You can close this page.</p>
      <p>
        If you did not start this yourself, somebody may be trying to get into your account. Do not enter
        codes that others send you.
      </p>
    </>
  )
}
