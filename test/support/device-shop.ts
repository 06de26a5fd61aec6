import type { Browser, BrowserContext } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { removeSite, startProcess, type ServerProcess } from './server-process.ts'
import { makeShop } from './shop.ts'

/** A shop that lets devices in, and the browser of somebody who is signed in there as root. */
export type DeviceShop = {
  readonly server: ServerProcess
  readonly browser: Browser
  readonly context: BrowserContext
  readonly close: () => Promise<void>
}

/** Starts the shop and the browser, and signs in. `oauth` is added to the provider's block of the configuration. */
export async function startDeviceShop(oauth: object = {}): Promise<DeviceShop> {
  const site = makeShop({ enable_device_flow: true, allow_root_device_tokens: true, ...oauth })
  const server = await startProcess(site, '--root')
  const browser = await launchBrowser()
  const context = await browser.newContext()
  await (await context.newPage()).goto(server.rootLink ?? '')
  const close = async () => {
    await browser.close()
    await server.stop()
    removeSite(site)
  }
  return { server, browser, context, close }
}
