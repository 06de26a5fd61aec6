import { LinkButton, privatePageHeaders, Problem, type AppContext, type PluginHost } from '../../../plugin.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { failureWords, type SignInFailure } from '../protocol/failure.ts'

/** Tells a person why they are not signed in, and leads them to begin again. */
export function answerFailure(
  host: PluginHost,
  provider: IdentityProvider,
  c: AppContext,
  failure: SignInFailure,
): Promise<Response> {
  host.log.warn({ provider: provider.name, ...failure }, 'oidc.sign_in_failed')
  const { what, next, code } = failureWords(failure)
  return host.page(c, {
    title: 'Not signed in',
    width: 'narrow',
    status: failure.reason === 'provider-unreachable' ? 503 : 400,
    headers: privatePageHeaders(),
    body: (
      <>
        <Problem
          heading="You are not signed in"
          what={what}
          next={next}
          code={code}
          requestId={c.get('requestId')}
        />
        <p class="actions">
          <LinkButton kind="primary" path={host.urls.path('/-/sign-in')}>
            Sign in
          </LinkButton>
        </p>
      </>
    ),
  })
}
