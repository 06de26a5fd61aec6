import type { AppContext, Result } from '../../../../plugin.ts'
import { judgeOpened, type DeviceRequest, type OpenFailure } from '../../protocol/device-request.ts'
import { userCodeHashes, type UserCode } from '../../protocol/ids.ts'
import { personOf, type Provider } from '../../provider.ts'

/** Opens a code for the person who asks: from now on it is theirs, unless somebody else was first. */
export async function openUserCode(
  { deviceRequests, host }: Provider,
  c: AppContext,
  userCode: UserCode,
): Promise<Result<DeviceRequest, OpenFailure>> {
  const { id } = personOf(c)
  const now = host.clock.now()
  const codeHashes = userCodeHashes(userCode, host.signer)
  await deviceRequests.claim(codeHashes, id, now)
  return judgeOpened(await deviceRequests.find(codeHashes), id, now)
}
