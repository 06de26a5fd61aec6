import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Serious faults that axe-core finds on the page as it stands. */
export function seriousFaults(page: Page): Promise<unknown> {
  return page.evaluate(`(async () => {
    ${AXE}
    const { violations } = await axe.run()
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
  })()`)
}

/** As `seriousFaults`, of a page that runs no scripts: axe is one, so it looks at the address from a context of its own, with the same cookies. */
export async function seriousFaultsOfPlain(browser: Browser, page: Page): Promise<unknown> {
  const context = await browser.newContext()
  await context.addCookies(await page.context().cookies())
  const seen = await context.newPage()
  await seen.goto(page.url())
  const faults = await seriousFaults(seen)
  await context.close()
  return faults
}
