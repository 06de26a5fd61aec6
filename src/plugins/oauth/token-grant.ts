import type { Hooks } from '../../plugin.ts'
import { GRANT_KEY } from './protocol/access-token.ts'
import { isGrantId } from './protocol/ids.ts'
import { reaches } from './protocol/resource.ts'
import { resourceRestrictions } from './protocol/resource-restrictions.ts'
import { restrictionsOf } from './protocol/scope-restrictions.ts'
import type { Provider } from './provider.ts'

/** Judges a token that names a grant, at each request that carries one: out of memory, as long as nothing was ended. */
export function tokenGrantOf(
  provider: Pick<Provider, 'host' | 'liveGrants' | 'grantUses'>,
): NonNullable<Hooks['tokenGrant']> {
  const { grantUses, host, liveGrants } = provider
  const findAction = (name: string) => host.permissions.findAction(name)
  const pathOf = (resource: string) => {
    const { pathname } = new URL(resource)
    // The server itself is below its base URL too.
    return host.urls.withoutBase(pathname.endsWith('/') ? pathname : `${pathname}/`)
  }
  return async (payload, request, address) => {
    const grantId = payload[GRANT_KEY]
    if (grantId === undefined) return null
    const grant = isGrantId(grantId) ? ((await liveGrants.find(grantId)) ?? null) : null
    if (grant === null || !isGrantId(grantId)) return { kind: 'refused', message: 'Token has been revoked' }
    const { app, narrowedTo, person, resource } = grant
    const restrictions = [
      narrowedTo === null ? null : restrictionsOf(narrowedTo, findAction),
      resource === null ? null : resourceRestrictions(pathOf(resource), host.permissions.actions),
    ].filter((bound) => bound !== null)
    const live = { kind: 'live', person, grant: app, restrictions } as const
    if (address === null) return live

    if (resource !== null) {
      const here = host.urls.origin(request) + host.urls.here(request)
      if (!reaches(resource, here)) return { kind: 'refused', message: 'Token is for another resource' }
    }
    const now = host.clock.now()
    if (grantUses.isDue(grantId, grant.lastUsedAt, now)) {
      // Nobody waits for it, and a use that is not written down stops nobody.
      grantUses.write(grantId, address, now).catch((error: unknown) => {
        host.log.warn({ err: error }, 'oauth.use_not_recorded')
      })
    }
    return live
  }
}
