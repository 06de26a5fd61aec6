import type { ClientCommand } from './client-command.ts'

/** The commands that speak to a server, by name. Each is loaded when it is asked for, so that none slows another down. */
const COMMANDS: ReadonlyMap<string, () => Promise<ClientCommand>> = new Map([
  ['login', async () => (await import('./login.ts')).loginCommand],
  ['logout', async () => (await import('./logout.ts')).logoutCommand],
  ['whoami', async () => (await import('./whoami.ts')).whoamiCommand],
  ['get', async () => (await import('./get.ts')).getCommand],
  ['query', async () => (await import('./query.ts')).queryCommand],
  ['insert', async () => (await import('./insert.ts')).insertCommand],
])

/** The names of the commands. */
export const CLIENT_COMMANDS: readonly string[] = [...COMMANDS.keys()]

/** Loads the command of this name; null for a word that is none, such as the name of a file. */
export async function loadClientCommand(name: string | undefined): Promise<ClientCommand | null> {
  return (await COMMANDS.get(name ?? '')?.()) ?? null
}
