import type { Logger as PinoLogger } from 'pino'

/**
 * The server's log: one JSON object a line on standard error, facts as named fields
 * (`log.info({ client_id }, 'oauth.token')`). Never pass a secret, code, token or state.
 */
export type Logger = Pick<PinoLogger, 'info' | 'warn' | 'error'>
