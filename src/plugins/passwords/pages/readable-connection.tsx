import type { JSX } from 'hono/jsx/jsx-runtime'
import { Notice } from '../../../plugin.ts'

/** Says that a connection is not encrypted. */
export function ReadableConnection(): JSX.Element {
  return (
    <Notice kind="warning" title="This connection is not encrypted">
      <p>
        Others on your network can read the password that you send. Use one that you use nowhere else, or ask
        whoever runs this site for an address that begins with https.
      </p>
    </Notice>
  )
}
