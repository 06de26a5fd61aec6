import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Explanation } from '../../permissions/explain.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Tabs, type Tab } from '../../ui/tabs.tsx'
import { Tag } from '../../ui/tag.tsx'
import { ignoredWords, restrictionWords, summarize } from './explanation-words.ts'
import { placeOf, placeWords } from './question.ts'

export type CheckPageProps = {
  readonly tabs: readonly Tab[]
  /** Where the form asks. */
  readonly action: string
  readonly actions: readonly { readonly name: string; readonly description: string }[]
  readonly asked: {
    readonly action: string
    readonly parent: string
    readonly child: string
    /** JSON. */
    readonly actor: string
  }
  /** What is wrong with the question. */
  readonly problem: string | null
  /** The answer; null when nothing was asked yet. */
  readonly explanation: Explanation | null
  /** The same for programs. */
  readonly jsonPath: string
}

/** Explains a decision: every rule that speaks of the actor, which of them decided, and what the token leaves of it. */
export function CheckPage(props: CheckPageProps): JSX.Element {
  const { tabs, action, actions, asked, problem, explanation, jsonPath } = props
  return (
    <>
      <h1>Why a permission is given</h1>
      <Tabs label="Permission tools" tabs={tabs} />
      {problem !== null && (
        <Notice kind="danger" title="This question has no answer">
          <p>{problem}</p>
        </Notice>
      )}
      <form method="get" action={action} class="form">
        <SelectField
          name="action"
          label="Action"
          value={asked.action}
          options={actions.map(({ name, description }) => ({
            value: name,
            label: `${name}: ${description}`,
          }))}
        />
        <div class="field-row">
          <TextField name="parent" label="Database" value={asked.parent} text="code" />
          <TextField name="child" label="Table, view or query" value={asked.child} text="code" />
        </div>
        <TextArea
          name="actor"
          label="Actor"
          hint="A JSON object, or null for somebody who is signed out."
          value={asked.actor}
          rows={3}
          text="code"
        />
        <div class="actions">
          <Button kind="primary">Explain</Button>
        </div>
      </form>
      {explanation !== null && (
        <>
          <Answer explanation={explanation} />
          <p>
            <a href={jsonPath}>As JSON</a>
          </p>
        </>
      )}
    </>
  )
}

function Answer({ explanation }: { readonly explanation: Explanation }): JSX.Element {
  const { action, allowed, matches, required } = explanation
  const restriction = restrictionWords(explanation)
  return (
    <>
      <Notice kind={allowed ? 'good' : 'warning'} title={`${action.name}: ${allowed ? 'allowed' : 'denied'}`}>
        <p>{summarize(explanation)}</p>
      </Notice>
      {restriction !== null && <p>{restriction.reason}.</p>}
      {matches.length > 0 && (
        <DataTable
          label={`Rules about ${action.name}`}
          columns={['Place', 'Effect', 'Where it stands', 'What it says', 'Counts'].map((label) => ({
            label,
            kind: 'text',
            sort: null,
          }))}
          rows={matches.map(({ rule, effect, ignoredBecause }) => {
            return [
              placeWords(placeOf(rule.scope)),
              <Tag kind={effect === 'allow' ? 'good' : 'warning'}>{effect}</Tag>,
              <code>{rule.source}</code>,
              rule.reason,
              ignoredWords(ignoredBecause) ?? 'It decided',
            ]
          })}
        />
      )}
      {required !== null && (
        <>
          <h2>What it also requires</h2>
          <Answer explanation={required} />
        </>
      )}
    </>
  )
}
