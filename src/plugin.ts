/** The public interface for plugins: everything that a plugin may import from Tapedeck. */
export { definePlugin } from './plugins/define-plugin.ts'
export type {
  ActivePlugin,
  CommandPlace,
  CommandRequest,
  ConfiguredPlugin,
  PluginRule,
  Plugin,
  PluginCommand,
  PluginDefinition,
  PluginHost,
} from './plugins/define-plugin.ts'
export type { GoodToken } from './auth/good-token.ts'
export type { TokenPayload } from './auth/token-format.ts'
export type { TokenGrant } from './auth/token-scheme.ts'
export type { AppGrant } from './auth/scheme.ts'
export type { EventDetails, EventName, TrackedEvent } from './events/event.ts'
export type { Hooks, MenuLink, SignInLink } from './plugins/hooks.ts'
export type { FlashMessage, PageView } from './routing/page-view.ts'
export type { AppContext } from './routing/context.ts'
export type { Allow, Refusal, Route, RouteParams } from './routing/route.ts'
export { actorLabel, isTokenActor, RESERVED_ACTOR_KEYS, ROOT_ACTOR_ID, type Actor } from './auth/actor.ts'
export { isPersonId, loadPersonId, personIdOf, storePersonId, type PersonId } from './auth/person-id.ts'
export { equalInConstantTime } from './auth/constant-time.ts'
export type { Signer } from './auth/signing.ts'
export type { Clock, EpochSeconds } from './clock.ts'
export { randomHex, type Random } from './random.ts'
export { boundedFetch, type Fetch } from './http/bounded-fetch.ts'
export type { PublicAnswer, PublicFetch, PublicFetchFailure } from './http/public-fetch.ts'
export { countedNetwork, isLoopback, siteNetwork } from './http/client-address.ts'
export { parseHost } from './http/host.ts'
export { readForm, readJson } from './http/body.ts'
export { clearedCookie, parseCookies, serializeCookie } from './http/cookies.ts'
export { HttpError } from './http/http-error.ts'
export { isJsonObject, type JsonObject, type JsonValue } from './http/json.ts'
export { isPrintableAddress, isWebAddress } from './http/web-address.ts'
export { visible } from './http/visible-text.ts'
export { parseLocalPath, type LocalPath } from './http/local-path.ts'
export { wantsPage } from './http/negotiate.ts'
export { formPageHeaders, privatePageHeaders } from './http/security-headers.ts'
export { tildeDecode } from './http/tilde.ts'
export { userAgentOf } from './http/user-agent.ts'
export type { Urls } from './http/urls.ts'
export type { Logger } from './log.ts'
export {
  databaseResource,
  INSTANCE,
  tableResource,
  type Action,
  type ActionLevel,
  type Resource,
} from './permissions/action.ts'
export {
  describeAction,
  type ActionDescription,
  type ActionPlace,
  type SentencePart,
} from './permissions/describe-action.ts'
export type { Decision, Permissions } from './permissions/permissions.ts'
export { allowBlockSchema, matchesAllowBlock, type AllowBlock } from './permissions/allow-block.ts'
export {
  commonEntries,
  formatRestrictions,
  type RestrictionEntry,
  type Restrictions,
} from './permissions/restrictions.ts'
export type { EndedUpstream, SignIn, Upstream } from './sessions/sessions.ts'
export { fail, ok, type Result } from './result.ts'
export type { Disk } from './store/background-sync.ts'
export { Statement } from './store/statement.ts'
export { csvLine } from './features/csv/csv-line.ts'
export { Button, LinkButton, type ButtonKind } from './ui/button.tsx'
export { CodeBlock } from './ui/code-block.tsx'
export { ConfirmStep } from './ui/confirm-step.tsx'
export { DataTable, type DataColumn } from './ui/data-table.tsx'
export { formatDuration } from './ui/duration.ts'
export { EmptyState } from './ui/empty-state.tsx'
export { Checkbox, PasswordField, SelectField, TextArea, TextField } from './ui/field.tsx'
export { KeyValueList } from './ui/key-value-list.tsx'
export type { Crumb } from './ui/layout.tsx'
export { LongText } from './ui/long-text.tsx'
export { parseMoment } from './ui/moment.ts'
export { Notice, type NoticeKind } from './ui/notice.tsx'
export { Pager } from './ui/pager.tsx'
export { Problem } from './ui/problem.tsx'
export { Sentence } from './ui/sentence.tsx'
export { Tag } from './ui/tag.tsx'
export { Time, formatIso, formatUtc } from './ui/time.tsx'
