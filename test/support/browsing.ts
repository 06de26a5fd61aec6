import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { removeSite, startProcess, type ServerProcess, type Site } from './server-process.ts'

/** A server and a browser that looks at it. */
export type Browsing = {
  readonly server: ServerProcess
  readonly browser: Browser
  /** Ends both, and removes the site. */
  readonly close: () => Promise<void>
}

/** Starts a server for a site, and a browser. `flags` are those of `tapedeck serve`. */
export async function startBrowsing(site: Site, ...flags: readonly string[]): Promise<Browsing> {
  const server = await startProcess(site, ...flags)
  const browser = await launchBrowser()
  const close = async () => {
    await browser.close()
    await server.stop()
    removeSite(site)
  }
  return { server, browser, close }
}

/** A page that runs no scripts, of somebody who is signed in as root: the server was started with `--root`. */
export async function plainRootPage({ server, browser }: Omit<Browsing, 'close'>): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(server.rootLink ?? '')
  return page
}
