/**
 * The page shell and, beside it, the components that pages are built from.
 *
 * What lives in this folder takes data and gives markup. It does no input or output, knows no request and
 * asks no permission: whoever calls a component has already decided what the reader may see.
 */
import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { Mark } from './mark.tsx'

/** A step on the way to a page. `path` is ready for a link. */
export type Crumb = { readonly label: string; readonly path: string }

/** Who is signed in, or where to do so. Every path is ready for a link. */
export type Account =
  | {
      /** What the person is called. */
      readonly label: string
      /** Where the sign-out form posts to. */
      readonly signOutPath: string
      readonly links: readonly { readonly label: string; readonly path: string }[]
    }
  | { readonly signInPath: string }

/** A line that an earlier request left for the next page (host.md §3.4). */
export type Message = { readonly text: string; readonly kind: 'info' | 'warning' | 'error' }

/** Addresses of the static files. They come from outside because they carry a hash of the content. */
export type Assets = {
  readonly css: string
  /** The script of every page. */
  readonly js: string
  /** What that script loads on pages that use it. */
  readonly modules: { readonly sqlEditor: string; readonly formatSql: string; readonly chart: string }
  readonly favicon: string
}

export type LayoutProps = {
  /** The document's title as the browser's tab shows it. The heading on the page is the body's own. */
  readonly title: string
  /** `wide` for data, `narrow` for one decision. */
  readonly width: 'wide' | 'narrow'
  /** The way from the home page, which comes first, to here; without the page itself. */
  readonly crumbs: readonly Crumb[]
  readonly account: Account
  readonly messages: readonly Message[]
  readonly assets: Assets
  readonly homePath: string
  /** Where a place is found by its name: the page for it, and the answers for the script. */
  readonly jump: { readonly pagePath: string; readonly jsonPath: string }
  readonly children: Child
}

/** A whole HTML document around one page. Works without its script and without its style sheet. */
export function Layout(props: LayoutProps): JSX.Element {
  return (
    <>
      {html`<!doctype html>`}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>{props.title}</title>
          <link rel="icon" type="image/svg+xml" href={props.assets.favicon} />
          <link rel="stylesheet" href={props.assets.css} />
          <script
            type="module"
            src={props.assets.js}
            data-sql-editor={props.assets.modules.sqlEditor}
            data-format-sql={props.assets.modules.formatSql}
            data-chart={props.assets.modules.chart}
          ></script>
        </head>
        <body>
          <a class="skip-link" href="#content">
            Skip to the content
          </a>
          <header class="site-header">
            <a class="site-name" href={props.homePath}>
              <Mark />
              <span>Tapedeck</span>
            </a>
            <a class="jump-link" href={props.jump.pagePath} data-jump={props.jump.jsonPath}>
              Jump to…
            </a>
            <AccountMenu account={props.account} />
          </header>
          <Breadcrumb crumbs={props.crumbs} />
          <main id="content" class={`page page-${props.width}`} tabindex={-1}>
            {props.messages.map((message) => (
              <p class={`message message-${message.kind}`}>{message.text}</p>
            ))}
            {props.children}
          </main>
          <footer class="site-footer">Powered by Tapedeck</footer>
        </body>
      </html>
    </>
  )
}

function AccountMenu({ account }: { readonly account: Account }): JSX.Element {
  if ('signInPath' in account) {
    return (
      <a class="button button-plain" href={account.signInPath}>
        Sign in
      </a>
    )
  }
  return (
    <details class="account">
      <summary>
        <bdi class="account-label">{account.label}</bdi>
      </summary>
      <div class="account-menu">
        {account.links.length > 0 && (
          <ul>
            {account.links.map((link) => (
              <li>
                <a href={link.path}>{link.label}</a>
              </li>
            ))}
          </ul>
        )}
        <form method="post" action={account.signOutPath} data-sign-out>
          <button type="submit">Sign out</button>
        </form>
      </div>
    </details>
  )
}

function Breadcrumb({ crumbs }: { readonly crumbs: readonly Crumb[] }): JSX.Element | null {
  if (crumbs.length === 0) return null
  return (
    <nav class="breadcrumb" aria-label="Breadcrumb">
      <ol>
        {crumbs.map((crumb) => (
          <li>
            <a href={crumb.path}>
              <bdi>{crumb.label}</bdi>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}
