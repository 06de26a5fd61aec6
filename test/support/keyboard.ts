import type { Page } from 'playwright-core'

/** Presses Tab until the control is focused. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab')
    if (await page.locator(selector).evaluate((element) => element === element.ownerDocument.activeElement))
      return
  }
  throw new Error(`the keyboard does not reach ${selector}`)
}
