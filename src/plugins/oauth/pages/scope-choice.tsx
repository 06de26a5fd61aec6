import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { Checkbox, Notice, Sentence, Tag, type ActionDescription } from '../../../plugin.ts'
import type { OfferStatus } from '../protocol/scope-offers.ts'

/** One permission that an app asks for, and what giving it would let the app do. What is powerful is marked, and last in its group. */
export type ScopeLine = ActionDescription & {
  /** Its place in the request; the checkbox is named `scope_<index>`. */
  readonly index: number
  readonly status: OfferStatus
  /** Whether it is about a table that is not there, as far as this person may know. */
  readonly isMissing: boolean
}

const GROUPS = [
  { group: 'read', title: 'Read', meaning: 'See data. Nothing is changed.' },
  { group: 'change', title: 'Change', meaning: 'Add, edit or delete data.' },
  { group: 'administer', title: 'Administer', meaning: 'Change how this site works, or who may use it.' },
] as const

/** The scopes of a request as boxes to tick: everything that can be given is ticked, and can be unticked. */
export function ScopeChoice({ scopes }: { readonly scopes: readonly ScopeLine[] }): JSX.Element {
  return (
    <section class="scopes">
      <h2>What it may do</h2>
      {scopes.some((scope) => scope.status === 'offered') && <p>Untick what you do not want to give.</p>}
      <ScopeGroups scopes={scopes} box={(line) => <ScopeBox line={line} />} />
    </section>
  )
}

/** Permissions by what they do, a box each, the most powerful last. */
export function ScopeGroups<Line extends ActionDescription>({
  scopes,
  box,
}: {
  readonly scopes: readonly Line[]
  readonly box: (line: Line) => Child
}): JSX.Element {
  const groups = GROUPS.map((one) => ({ ...one, lines: scopes.filter((scope) => scope.group === one.group) }))
  return (
    <>
      {groups
        .filter(({ lines }) => lines.length > 0)
        .map(({ group, title, meaning, lines }) => (
          <fieldset class={`scope-group scope-group-${group}`}>
            <legend>{title}</legend>
            <p class="explain">{meaning}</p>
            {mostPowerfulLast(lines).map(box)}
          </fieldset>
        ))}
    </>
  )
}

/**
 * What stands in place of the scopes when everything is asked for: the box must be ticked to go on. The children name
 * who asks, and `consent` is the sentence that is ticked.
 */
export function FullAccess({
  consent,
  children,
}: {
  readonly consent: string
  readonly children: Child
}): JSX.Element {
  return (
    <section class="scopes">
      <h2>What it may do</h2>
      <Notice kind="danger" title="Everything that you can do">
        <p>{children} could read, change and delete all that you can, now and later, in your name.</p>
      </Notice>
      <Checkbox name="full_access" value="on" checked={false} required>
        {consent}
      </Checkbox>
    </section>
  )
}

/** What is said when nothing of a request can be given. */
export function NothingToGive({ whatDenyDoes }: { readonly whatDenyDoes: string }): JSX.Element {
  return (
    <Notice kind="warning" title="There is nothing here that you can give">
      <p>
        The app asked only for things that you cannot do yourself, or that do not exist here. {whatDenyDoes}
      </p>
    </Notice>
  )
}

function ScopeBox({ line }: { readonly line: ScopeLine }): JSX.Element {
  const offered = line.status === 'offered'
  return (
    <Checkbox
      name={`scope_${line.index}`}
      value="on"
      checked={offered}
      disabled={!offered}
      note={
        reasonAgainst(line.status) ??
        (line.isMissing ? 'There is no such table now. This holds once there is one.' : undefined)
      }
    >
      <ScopeSentence line={line} />
    </Checkbox>
  )
}

/** What a permission lets an app do, in words. */
export function ScopeSentence({ line }: { readonly line: ActionDescription }): JSX.Element {
  return (
    <>
      <Sentence parts={line.sentence} />
      {line.powerful && (
        <>
          {' '}
          <Tag kind="warning">Powerful</Tag>
        </>
      )}
    </>
  )
}

function reasonAgainst(status: OfferStatus): string | undefined {
  switch (status) {
    case 'offered':
      return undefined
    case 'not-held':
      return 'You cannot do this yourself, so you cannot give it.'
    case 'no-effect':
      return 'This has no effect here, so there is nothing to give.'
  }
}

/** Order within a group. */
export function mostPowerfulLast<Line extends ActionDescription>(lines: readonly Line[]): readonly Line[] {
  return lines.toSorted((a, b) => Number(a.powerful) - Number(b.powerful))
}
