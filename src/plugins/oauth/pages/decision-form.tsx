import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../../plugin.ts'
import { FullAccess, NothingToGive, ScopeChoice, type ScopeLine } from './scope-choice.tsx'

/** What a page that asks for a decision is about, whoever asks. */
export type DecisionRequest = {
  /** What is asked for; empty when `fullAccess` stands alone. */
  readonly scopes: readonly ScopeLine[]
  /** Whether a token without restrictions is asked for. */
  readonly fullAccess: boolean
  /** Where the decision is posted to. */
  readonly action: string
  /** Binds the decision to this page; posted as `ticket`. */
  readonly ticket: string
}

export type DecisionFormProps = {
  readonly request: DecisionRequest
  /** Who would have full access, and the sentence that is ticked for it. */
  readonly whoAsks: Child
  readonly fullAccessConsent: string
  readonly whatDenyDoes: string
  /** What the button says that gives. */
  readonly approve: string
  /** How long the access lasts. Left out when there is nothing to give. */
  readonly children: Child
}

/** What may be given, for how long, and the decision. */
export function DecisionForm(props: DecisionFormProps): JSX.Element {
  const { scopes, fullAccess, action, ticket } = props.request
  const canApprove = fullAccess || scopes.some((scope) => scope.status === 'offered')
  return (
    // Without autocomplete="off" Firefox brings back the ticks of an earlier visit to this page.
    <form method="post" action={action} autocomplete="off">
      <input type="hidden" name="ticket" value={ticket} />
      {fullAccess ? (
        <FullAccess consent={props.fullAccessConsent}>{props.whoAsks}</FullAccess>
      ) : (
        <ScopeChoice scopes={scopes} />
      )}
      {canApprove ? props.children : <NothingToGive whatDenyDoes={props.whatDenyDoes} />}
      {/* Enter in a field presses the first button of a form, so the first one is the one that gives nothing away. */}
      <div class="actions actions-even decision">
        <Button kind="plain" field={{ name: 'deny', value: 'Deny' }} skipsValidation>
          Deny
        </Button>
        <Button kind="primary" disabled={!canApprove}>
          {props.approve}
        </Button>
      </div>
    </form>
  )
}
