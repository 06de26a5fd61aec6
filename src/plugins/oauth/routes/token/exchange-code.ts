import { fail, type AppContext, type Result } from '../../../../plugin.ts'
import type { TokenResponse } from '../../protocol/access-token.ts'
import type { Client } from '../../protocol/client.ts'
import type { TokenFailure } from '../../protocol/failure.ts'
import { checkCode } from '../../protocol/grants/authorization-code.ts'
import { hashSecret } from '../../protocol/ids.ts'
import { onlyValue } from '../../protocol/parameters.ts'
import { issuerOf, recordAudit, tokenTtlSeconds, type Provider } from '../../provider.ts'
import { issueToken } from './issue-token.ts'

/**
 * Turns a code into an access token (RFC 6749 §4.1.3). Every check comes before the one statement that spends the
 * code, so that a faulty request costs nobody their code.
 */
export async function exchangeCode(
  provider: Provider,
  c: AppContext,
  { clientId }: Pick<Client, 'clientId'>,
  form: URLSearchParams,
): Promise<Result<TokenResponse, TokenFailure>> {
  const { host, codes, grants } = provider
  const presented = onlyValue(form, 'code')
  if (presented === null) return fail({ reason: 'code-missing' })

  const now = host.clock.now()
  const codeHash = hashSecret(presented)
  const checked = checkCode(await codes.find(codeHash), { form, clientId, issuer: issuerOf(host, c), now })
  if (!checked.ok) {
    if (checked.error.reason === 'code-replayed') {
      const { grantId } = checked.error
      await grants.end(grantId, now)
      await recordAudit(provider, c, { actorId: null, clientId, grantId }, 'code.replayed')
    }
    return checked
  }

  const order = { clientId, grant: checked.value.grant, ttlSeconds: tokenTtlSeconds(provider), now }
  return provider.writes.write(async (trx): Promise<Result<TokenResponse, TokenFailure>> => {
    if (!(await codes.redeem(codeHash, now, trx))) return fail({ reason: 'code-lost-race' })
    return issueToken(provider, c, order, trx, 'code.redeemed')
  })
}
