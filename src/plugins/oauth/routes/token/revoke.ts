import { fail, ok, type AppContext, type Result, type Route } from '../../../../plugin.ts'
import { presentedTokenError, type PresentedTokenFailure } from '../../protocol/failure.ts'
import { COMMAND_LINE_CLIENT_ID } from '../../protocol/ids.ts'
import { onlyValue } from '../../protocol/parameters.ts'
import { recordAudit, type Provider } from '../../provider.ts'
import { authenticateClient, readClientForm } from './authenticate-client.ts'
import { answerTokenError } from '../json-answer.ts'
import { REVOKE_PATH } from '../paths.ts'
import { findPresentedToken } from './presented-token.ts'
import { refuseProgram } from '../refuse.ts'

/**
 * `POST /-/oauth/revoke` (RFC 7009): a client gives back what it has. Either kind of token ends the grant, and everything with it.
 * Pages of any site may call it: it reads no cookie.
 */
export function revokeRoute(provider: Provider): Route {
  return {
    method: 'POST',
    path: REVOKE_PATH,
    allow: { who: 'anyone' },
    crossSite: 'accepted',
    refuse: refuseProgram,
    handle: async (c) => {
      const revoked = await revoke(provider, c)
      if (revoked.ok) return c.body(null, 200, { 'cache-control': 'no-store' })
      provider.host.log.info({ reason: revoked.error.reason }, 'oauth.revocation_refused')
      return answerTokenError(c, presentedTokenError(revoked.error))
    },
  }
}

/** Says nothing of tokens that are unknown, over or another client's: they are of no use to this client already (RFC 7009 §2.2). */
async function revoke(provider: Provider, c: AppContext): Promise<Result<null, PresentedTokenFailure>> {
  const form = await readClientForm(c, ['client_id', 'client_secret', 'token', 'token_type_hint'])
  if (!form.ok) return form
  const client = await authenticateClient(provider, c, form.value, COMMAND_LINE_CLIENT_ID)
  if (!client.ok) return client
  const text = onlyValue(form.value, 'token')
  if (text === null) return fail({ reason: 'token-missing' })

  const { clientId } = client.value
  const token = await findPresentedToken(provider, text)
  if (token === null || token.clientId !== clientId) return ok(null)
  const { grantId, userId } = token
  if (await provider.grants.end(grantId, provider.host.clock.now())) {
    await recordAudit(provider, c, { actorId: userId, clientId, grantId }, 'token.revoked')
  }
  return ok(null)
}
