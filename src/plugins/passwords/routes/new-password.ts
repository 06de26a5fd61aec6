import { parseHost, type AppContext } from '../../../plugin.ts'
import type { UserName } from '../protocol/ids.ts'
import { passwordFault, type NewPassword, type PasswordFault } from '../protocol/password-rule.ts'

/** Reads the password that somebody chooses, with what is wrong with it, or null. */
export function readNewPassword(
  c: AppContext,
  form: URLSearchParams,
  name: UserName,
): NewPassword & { readonly fault: PasswordFault | null } {
  const chosen = { password: form.get('new_password') ?? '', again: form.get('again') ?? '' }
  const site = parseHost(c.req.header('host') ?? '')?.name ?? ''
  return { ...chosen, fault: passwordFault(chosen, { name, site }) }
}
