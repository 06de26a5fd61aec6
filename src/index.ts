/**
 * The public interface for programs that start a Tapedeck server themselves: load a configuration for the plugins to
 * serve with, open the state, start. `test/embedding.test.ts` is an example.
 */
export { startServer, type RunningServer, type StartInput, type StartOptions } from './app/start.ts'
export { formatConfigFault, type ConfigFault } from './config/config-error.ts'
export { loadConfig, type ConfigInput, type LoadedConfig } from './config/load.ts'
export { parseNetwork, type Network } from './http/client-address.ts'
export type { Logger } from './log.ts'
export { INCLUDED_PLUGINS } from './plugins/included.ts'
export { systemRandom } from './random.ts'
export { formatStateFault } from './store/state-fault.ts'
export { openState } from './store/state.ts'
