import { fail, ok, type AppContext, type Result, type Route } from '../../../../plugin.ts'
import { presentedTokenError, type PresentedTokenFailure } from '../../protocol/failure.ts'
import type { Introspection } from '../../protocol/introspection.ts'
import { onlyValue } from '../../protocol/parameters.ts'
import type { Provider } from '../../provider.ts'
import { authenticateClient, readClientForm } from './authenticate-client.ts'
import { answerJson, answerTokenError } from '../json-answer.ts'
import { INTROSPECT_PATH } from '../paths.ts'
import { introspectFor } from './presented-token.ts'
import { refuseProgram } from '../refuse.ts'

/** `POST /-/oauth/introspect` (RFC 7662): a client with a secret asks about its own tokens. */
export function introspectRoute(provider: Provider): Route {
  return {
    method: 'POST',
    path: INTROSPECT_PATH,
    allow: { who: 'anyone' },
    crossSite: 'never',
    refuse: refuseProgram,
    handle: async (c) => {
      const told = await introspect(provider, c)
      if (told.ok) return answerJson(c, told.value)
      provider.host.log.info({ reason: told.error.reason }, 'oauth.introspection_refused')
      return answerTokenError(c, presentedTokenError(told.error))
    },
  }
}

async function introspect(
  provider: Provider,
  c: AppContext,
): Promise<Result<Introspection, PresentedTokenFailure>> {
  const form = await readClientForm(c, ['client_id', 'client_secret', 'token', 'token_type_hint'])
  if (!form.ok) return form
  const client = await authenticateClient(provider, c, form.value, null)
  if (!client.ok) return client
  if (client.value.kind === 'public') return fail({ reason: 'client-not-confidential' })
  const text = onlyValue(form.value, 'token')
  if (text === null) return fail({ reason: 'token-missing' })

  return ok(await introspectFor(provider, c, client.value.clientId, text))
}
