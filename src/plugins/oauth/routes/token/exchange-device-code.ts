import { fail, type AppContext, type Result } from '../../../../plugin.ts'
import type { TokenResponse } from '../../protocol/access-token.ts'
import type { Client } from '../../protocol/client.ts'
import type { TokenFailure } from '../../protocol/failure.ts'
import { checkPoll } from '../../protocol/grants/device-code.ts'
import { hashSecret } from '../../protocol/ids.ts'
import { onlyValue } from '../../protocol/parameters.ts'
import { issuerOf, type Provider } from '../../provider.ts'
import { issueToken } from './issue-token.ts'

/** Answers a device that polls (RFC 8628 §3.4, §3.5). Every check comes before the one statement that spends the code. */
export async function exchangeDeviceCode(
  provider: Provider,
  c: AppContext,
  { clientId }: Pick<Client, 'clientId'>,
  form: URLSearchParams,
): Promise<Result<TokenResponse, TokenFailure>> {
  const { deviceRequests, host } = provider
  const presented = onlyValue(form, 'device_code')
  if (presented === null) return fail({ reason: 'device-code-missing' })

  const now = host.clock.now()
  const codeHash = hashSecret(presented)
  const request = await deviceRequests.findPolled(codeHash)
  if (request === null) return fail({ reason: 'device-code-unknown' })
  const checked = checkPoll(request, { form, clientId, issuer: issuerOf(host, c), now })
  if (!checked.ok) {
    if (checked.error.reason !== 'device-pending') return checked
    // Devices poll all the time: nobody else stands still while that is written down.
    const isPolite = await provider.writes.write((trx) => deviceRequests.recordPoll(codeHash, now, trx))
    return isPolite ? checked : fail({ reason: 'device-slow-down' })
  }

  const { grant, ttlSeconds } = checked.value
  return provider.writes.write(async (trx): Promise<Result<TokenResponse, TokenFailure>> => {
    if (!(await deviceRequests.redeem(codeHash, now, trx))) return fail({ reason: 'device-code-lost-race' })
    return issueToken(provider, c, { clientId, grant, ttlSeconds, now }, trx)
  })
}
