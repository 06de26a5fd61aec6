import type { Migration } from 'kysely/migration'
import { codeGrant } from './migrations/0001-code-grant.ts'
import { deviceFlow } from './migrations/0002-device-flow.ts'
import { grantsByPerson } from './migrations/0003-grants-by-person.ts'
import { refreshTokens } from './migrations/0004-refresh-tokens.ts'
import { unvouchedClients } from './migrations/0005-unvouched-clients.ts'
import { grantLists } from './migrations/0006-grant-lists.ts'
import { clientUses } from './migrations/0007-client-uses.ts'
import { upkeepAndAdoption } from './migrations/0008-upkeep-and-adoption.ts'
import { unvouchedClientsBySite } from './migrations/0009-unvouched-clients-by-site.ts'
import { lastingGrants } from './migrations/0010-lasting-grants.ts'
import { auditOfAccess } from './migrations/0011-audit-of-access.ts'
import { listsOfLastingGrants } from './migrations/0012-lists-of-lasting-grants.ts'

/** What makes the provider's tables, in order. Once released, none is edited. */
export const oauthMigrations: Readonly<Record<string, Migration>> = {
  '0001-code-grant': codeGrant,
  '0002-device-flow': deviceFlow,
  '0003-grants-by-person': grantsByPerson,
  '0004-refresh-tokens': refreshTokens,
  '0005-unvouched-clients': unvouchedClients,
  '0006-grant-lists': grantLists,
  '0007-client-uses': clientUses,
  '0008-upkeep-and-adoption': upkeepAndAdoption,
  '0009-unvouched-clients-by-site': unvouchedClientsBySite,
  '0010-lasting-grants': lastingGrants,
  '0011-audit-of-access': auditOfAccess,
  '0012-lists-of-lasting-grants': listsOfLastingGrants,
}
