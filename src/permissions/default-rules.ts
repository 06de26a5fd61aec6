import { INSTANCE, type Action } from './action.ts'
import type { Rule } from './permissions.ts'

export type DefaultRuleOptions = {
  /** `--default-deny`: nothing is allowed unless a rule says so. */
  readonly defaultDeny: boolean
  /** The `default_allow_sql` setting. Off is a deny for everybody, root included, that only a database's own rule overrules. */
  readonly defaultAllowSql: boolean
}

/** What holds before anybody configures anything (host.md §5.3). */
export function defaultRules(actions: readonly Action[], options: DefaultRuleOptions): readonly Rule[] {
  const openActions = options.defaultDeny ? [] : actions.filter((action) => action.allowedByDefault)
  const allows = openActions.map((action): Rule => ({
    action: action.name,
    scope: INSTANCE,
    judge: () => 'allow',
    source: 'defaults',
    reason: 'open to everybody unless the configuration says otherwise',
  }))
  if (options.defaultAllowSql) return allows

  const denySql: Rule = {
    action: 'execute-sql',
    scope: INSTANCE,
    judge: () => 'deny',
    source: 'defaults settings.default_allow_sql',
    reason: 'SQL is off unless a database allows it',
  }
  return [...allows, denySql]
}
