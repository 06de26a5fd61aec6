import { parseHost, type AppContext } from '../../../plugin.ts'
import { passwordFault } from '../protocol/password-rule.ts'
import type { UserName } from '../protocol/user-name.ts'
import type { NewPasswordFault } from '../pages/new-password.tsx'

/** Reads a password that somebody chooses, with what is wrong with it, or null. */
export function readNewPassword(
  c: AppContext,
  form: URLSearchParams,
  name: UserName,
): { readonly password: string; readonly fault: NewPasswordFault | null } {
  const password = form.get('new_password') ?? ''
  const site = parseHost(c.req.header('host') ?? '')?.name ?? ''
  const fault =
    passwordFault(password, { name, site }) ?? (password === form.get('again') ? null : 'different')
  return { password, fault }
}
