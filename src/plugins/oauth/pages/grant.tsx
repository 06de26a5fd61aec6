import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, Checkbox, Notice } from '../../../plugin.ts'
import { DeleteUnvouchedForm } from './delete-unvouched.tsx'
import { AppName, everythingOf, GrantFacts, type GrantWords } from './grant-facts.tsx'
import { AskedFields } from './grants.tsx'
import { ScopeGroups, ScopeSentence } from './scope-choice.tsx'

export type GrantPageProps = {
  readonly grant: GrantWords
  /** The lines that are ticked: all, or what was sent. */
  readonly ticked: ReadonlySet<string>
  /** Why the last change was not made. */
  readonly error: string | null
}

/** What one person gave one app, to take back in part or altogether. Both forms post to the page itself; `do` says what to do. */
export function GrantPage({ grant, ticked, error }: GrantPageProps): JSX.Element {
  return (
    <>
      <h1>
        The access of <AppName app={grant.app} />
      </h1>
      {error !== null && (
        <Notice kind="danger" title="Nothing was changed">
          <p>{error}</p>
        </Notice>
      )}
      <GrantFacts grant={grant} />
      {grant.lines === null ? (
        <section>
          <h2>What it may do</h2>
          <Notice kind="warning" title={everythingOf(grant)}>
            <p>
              Full access has no parts that could be taken away. End it, and let the app ask again for less.
            </p>
          </Notice>
        </section>
      ) : (
        <form method="post" action={grant.path} class="form scopes" autocomplete="off">
          <h2>What it may do</h2>
          <p>
            Untick what it shall not do any longer. What you take away here cannot be ticked again; the app
            would have to ask.
          </p>
          <ScopeGroups
            scopes={grant.lines}
            box={(line) => (
              <Checkbox name="keep" value={line.value} checked={ticked.has(line.value)}>
                <ScopeSentence line={line} />
              </Checkbox>
            )}
          />
          <div class="actions">
            <Button kind="primary" field={{ name: 'do', value: 'narrow' }}>
              Save
            </Button>
          </div>
        </form>
      )}
      <section>
        <h2>{grant.others === 0 ? 'End its access' : 'End this access'}</h2>
        <p>
          {grant.others === 0
            ? 'The app is turned away from its next request on. To come back it must ask again.'
            : 'What the app does with this access is turned away from its next request on. It keeps the others.'}
        </p>
        <form method="post" action={grant.path} class="actions">
          <Button kind="danger" field={{ name: 'do', value: 'end' }}>
            End access
          </Button>
        </form>
        {grant.others > 0 && (
          <form method="post" action={grant.siblings.action} class="actions">
            <AskedFields asked={grant.siblings} />
            <Button
              kind="danger"
              field={{ name: 'do', value: grant.person === null ? 'confirm-end-all' : 'end-all' }}
            >
              End all access of this app
            </Button>
          </form>
        )}
      </section>
      {grant.app.deletion !== null && (
        <section>
          <h2>Delete the app</h2>
          <p>Nobody here registered it, so it has no owner who could.</p>
          <DeleteUnvouchedForm {...grant.app.deletion} />
        </section>
      )}
    </>
  )
}
