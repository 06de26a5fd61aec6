import type { BrowserContext } from 'playwright-core'
import { startBrowsing, type Browsing } from './browsing.ts'
import { makeShop } from './shop.ts'

/** A shop that lets devices in, and the browser of somebody who is signed in there as root. */
export type DeviceShop = Browsing & { readonly context: BrowserContext }

/** Starts the shop and the browser, and signs in. `oauth` is added to the provider's block of the configuration. */
export async function startDeviceShop(oauth: object = {}): Promise<DeviceShop> {
  const site = makeShop({ enable_device_flow: true, allow_root_device_tokens: true, ...oauth })
  const browsing = await startBrowsing(site, '--root')
  const context = await browsing.browser.newContext()
  await (await context.newPage()).goto(browsing.server.rootLink ?? '')
  return { ...browsing, context }
}
