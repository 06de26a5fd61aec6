import type { Action, ActionLevel } from './action.ts'

const DEPTH: Readonly<Record<ActionLevel, number>> = { global: 0, database: 1, resource: 2 }

/**
 * Throws when the actions of server and plugins do not fit together: a name or abbreviation that two of them
 * share, or a required action that is unknown, is done to something narrower, or leads back in a circle. Each
 * would make a check answer for the wrong action or never end.
 */
export function checkActions(actions: readonly Action[]): void {
  const names = actions.flatMap(({ name, abbr }) => (abbr === null ? [name] : [name, abbr]))
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) throw new Error(`Two actions are called "${repeated}"`)

  const byName = new Map(actions.map((action) => [action.name, action]))
  for (const action of actions) {
    const passed = new Set<string>()
    for (let step = action; step.alsoRequires !== null;) {
      const required = byName.get(step.alsoRequires)
      if (required === undefined)
        throw new Error(`"${step.name}" requires the unknown action "${step.alsoRequires}"`)
      if (DEPTH[required.level] > DEPTH[step.level]) {
        throw new Error(
          `"${step.name}" cannot require "${required.name}", which is done to something narrower`,
        )
      }
      if (passed.has(required.name)) throw new Error(`"${action.name}" requires itself in a circle`)
      passed.add(required.name)
      step = required
    }
  }
}
