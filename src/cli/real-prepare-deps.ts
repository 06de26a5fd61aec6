import { findFileFaults } from '../database/check-file.ts'
import { INCLUDED_PLUGINS } from '../plugins/included.ts'
import { systemRandom } from '../random.ts'
import type { PrepareDeps } from './prepare.ts'

/** The real world, as far as finding out what a server is made from goes. */
export function realPrepareDeps(): PrepareDeps {
  return {
    plugins: INCLUDED_PLUGINS,
    findFileFaults: (options) => findFileFaults(options).map((fault) => fault.message),
    env: process.env,
    random: systemRandom,
  }
}
