import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { KeyValueList } from '../../ui/key-value-list.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Sentence } from '../../ui/sentence.tsx'
import { Tabs, type Tab } from '../../ui/tabs.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Time } from '../../ui/time.tsx'
import type { TokenFacts } from './token-facts.ts'

export type TokenPageProps = {
  readonly tabs: readonly Tab[]
  /** Where the form posts to. */
  readonly action: string
  /** Null when there is no token yet. */
  readonly facts: TokenFacts | null
}

/** What a token says. It is never written back. Goes into a narrow page. */
export function TokenPage({ tabs, action, facts }: TokenPageProps): JSX.Element {
  return (
    <>
      <h1>What a token says</h1>
      <Tabs label="Permission tools" tabs={tabs} />
      {facts !== null && <Facts facts={facts} />}
      <form method="post" action={action} class="form">
        <TextArea
          name="token"
          label="Token"
          hint="It begins with dstok_. Nothing of it is kept or shown again."
          value=""
          rows={4}
          text="code"
          required
        />
        <div class="actions">
          <Button kind="primary">Read it</Button>
        </div>
      </form>
    </>
  )
}

function Facts({ facts }: { readonly facts: TokenFacts }): JSX.Element {
  const { refusal, actorId, createdAt, expiresAt, isOfApp, may } = facts
  return (
    <section>
      <Notice
        kind={refusal === null ? 'good' : 'danger'}
        title={refusal === null ? 'This token is good' : 'This token is refused'}
      >
        {refusal !== null && <p>{refusal}.</p>}
      </Notice>
      {createdAt !== null && (
        <>
          <KeyValueList
            items={[
              { label: 'Acts for', value: <bdi class="name">{words(actorId)}</bdi> },
              { label: 'Held by', value: isOfApp ? 'an app that they let in' : 'whoever they gave it to' },
              { label: 'Made', value: <Time at={createdAt} /> },
              { label: 'Until', value: expiresAt === null ? 'no end' : <Time at={expiresAt} /> },
            ]}
          />
          <h2>What it may do</h2>
          <May may={may} />
        </>
      )}
    </section>
  )
}

function May({ may }: Pick<TokenFacts, 'may'>): JSX.Element {
  if (may === null) return <p>Everything that its person may do.</p>
  if (may.length === 0) return <p>Nothing: its restrictions name nothing, or make no sense.</p>
  return (
    <>
      <ul>
        {may.map((sentence) => (
          <li>
            <Sentence parts={sentence} />
          </li>
        ))}
      </ul>
      <p>And of that only what its person may do at the moment.</p>
    </>
  )
}

const words = (id: TokenFacts['actorId']): string => (typeof id === 'string' ? id : JSON.stringify(id))
