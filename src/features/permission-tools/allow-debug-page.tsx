import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Tabs, type Tab } from '../../ui/tabs.tsx'

export type AllowDebugPageProps = {
  readonly tabs: readonly Tab[]
  /** Where the form asks. */
  readonly action: string
  /** JSON texts. */
  readonly actor: string
  readonly allow: string
  readonly result: { readonly isAllowed: boolean } | { readonly problem: string }
}

/** Tries an allow block on an actor. Goes into a narrow page. */
export function AllowDebugPage({ tabs, action, actor, allow, result }: AllowDebugPageProps): JSX.Element {
  return (
    <>
      <h1>Try an allow block</h1>
      <Tabs label="Permission tools" tabs={tabs} />
      <p>Any key that fits is enough. No block at all says nothing, so wider rules decide.</p>
      {'problem' in result ? (
        <Notice kind="danger" title={result.problem} />
      ) : (
        <Notice
          kind={result.isAllowed ? 'good' : 'warning'}
          title={result.isAllowed ? 'Result: allow' : 'Result: deny'}
        />
      )}
      <form method="get" action={action} class="form">
        <TextArea name="allow" label="Allow block" value={allow} rows={5} text="code" />
        <TextArea name="actor" label="Actor" hint="null is signed out." value={actor} rows={5} text="code" />
        <div class="actions">
          <Button kind="primary">Try it</Button>
        </div>
      </form>
    </>
  )
}
