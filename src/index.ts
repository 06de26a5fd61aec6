/** The public interface for programs that start a Tapedeck server themselves. */
export { startServer, type RunningServer, type StartInput, type StartOptions } from './app/start.ts'
export { loadConfig, type ConfigInput, type LoadedConfig } from './config/load.ts'
export { formatConfigFault, type ConfigFault } from './config/config-error.ts'
