import { privatePageHeaders, type AppContext, type PluginHost } from '../../../plugin.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { SignInFailedPage } from '../pages/sign-in-failed-page.tsx'
import type { SignInFailure } from '../protocol/failure.ts'

/** Answers a sign-in that came to nothing. The log learns what the page does not say, under the id that the page shows. */
export function answerFailure(
  host: PluginHost,
  provider: IdentityProvider,
  c: AppContext,
  failure: SignInFailure,
): Promise<Response> {
  const requestId = c.get('requestId')()
  host.log.warn({ request_id: requestId, provider: provider.name, ...failure }, 'oidc.sign_in_failed')
  return host.page(c, {
    title: 'Not signed in',
    width: 'narrow',
    isPassing: true,
    status: failure.reason === 'provider-unreachable' ? 503 : 400,
    headers: privatePageHeaders(),
    body: (
      <SignInFailedPage failure={failure} signInPath={host.urls.path('/-/sign-in')} requestId={requestId} />
    ),
  })
}
