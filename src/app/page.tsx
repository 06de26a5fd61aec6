import { actorLabel, isTokenActor } from '../auth/actor.ts'
import { pageHeaders } from '../http/security-headers.ts'
import type { Urls } from '../http/urls.ts'
import { Layout } from '../ui/layout.tsx'
import type { PageRenderer } from '../routing/page-view.ts'
import type { AccountLinks } from './account-links.ts'
import type { Messages } from './messages.ts'
import type { StaticFiles } from './static-files.ts'

type PageDeps = {
  readonly urls: Urls
  readonly accountLinks: AccountLinks
  readonly messages: Messages
  readonly staticFiles: StaticFiles
}

/** Makes the one function that turns a view into a whole HTML page: shell, account menu, waiting messages, headers. */
export function createPageRenderer({ urls, accountLinks, messages, staticFiles }: PageDeps): PageRenderer {
  const file = (name: string) => urls.path(staticFiles.path(name))
  const assets = {
    css: file('tapedeck.css'),
    js: file('tapedeck.js'),
    modules: { sqlEditor: file('sql-editor.js'), formatSql: file('format-sql.js'), chart: file('chart.js') },
    favicon: file('favicon.svg'),
  }
  const jump = { pagePath: urls.path('/-/search'), jsonPath: urls.path('/-/jump.json') }

  return async (c, view) => {
    const actor = c.get('actor')
    const here = urls.here(c.req.raw)
    // The sign-in page knows its way back already; it must not become the way back itself.
    const signInPath =
      urls.pathOf(c.req.raw) === '/-/sign-in'
        ? here
        : urls.path(`/-/sign-in?next=${encodeURIComponent(here)}`)
    const account =
      actor === null || isTokenActor(actor)
        ? { signInPath }
        : {
            label: actorLabel(actor),
            signOutPath: urls.path('/-/logout'),
            links: (await accountLinks(actor)).map(({ label, path }) => ({ label, path: urls.path(path) })),
          }
    const page = (
      <Layout
        title={view.title}
        width={view.width}
        crumbs={view.crumbs ?? []}
        account={account}
        messages={messages.take(c)}
        assets={assets}
        homePath={urls.path('/')}
        jump={jump}
      >
        {view.body}
      </Layout>
    )
    for (const [name, value] of Object.entries({ ...pageHeaders(), ...view.headers })) c.header(name, value)
    return c.html(page, view.status ?? 200)
  }
}
