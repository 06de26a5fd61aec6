import type { Action, ActionLevel } from './action.ts'

type Details = Partial<Pick<Action, 'alsoRequires' | 'allowedByDefault'>>

const action = (
  name: string,
  abbr: string | null,
  level: ActionLevel,
  resourceKind: Action['resourceKind'],
  description: string,
  details: Details = {},
): Action => ({
  name,
  abbr,
  description,
  level,
  resourceKind,
  alsoRequires: details.alsoRequires ?? null,
  allowedByDefault: details.allowedByDefault ?? false,
})

const onInstance = (name: string, abbr: string | null, description: string, details?: Details) =>
  action(name, abbr, 'global', null, description, details)
const onDatabase = (name: string, abbr: string, description: string, details?: Details) =>
  action(name, abbr, 'database', null, description, details)
const onTable = (name: string, abbr: string, description: string, details?: Details) =>
  action(name, abbr, 'resource', 'table', description, details)
const onQuery = (name: string, abbr: string, description: string, details?: Details) =>
  action(name, abbr, 'resource', 'query', description, details)

const OPEN = { allowedByDefault: true } as const

/** The actions of the server itself (host.md §2.4). Plugins add theirs. */
export const CORE_ACTIONS: readonly Action[] = [
  onInstance('view-instance', 'vi', 'View the home page', OPEN),
  onInstance('permissions-debug', 'pd', 'See how permissions are decided'),
  onInstance('debug-menu', 'dm', 'See the debug menu'),
  onInstance('view-audit', null, 'See who changed what'),

  onDatabase('view-database', 'vd', 'View a database', OPEN),
  onDatabase('view-database-download', 'vdd', 'Download a database file', {
    ...OPEN,
    alsoRequires: 'view-database',
  }),
  onDatabase('execute-sql', 'es', 'Run read-only SQL', { ...OPEN, alsoRequires: 'view-database' }),
  onDatabase('execute-write-sql', 'ews', 'Run SQL that changes data', { alsoRequires: 'view-database' }),
  onDatabase('create-table', 'ct', 'Create tables'),
  onDatabase('create-view', 'cv', 'Create views'),
  onDatabase('store-query', 'sq', 'Save queries', { alsoRequires: 'execute-sql' }),

  onTable('view-table', 'vt', 'Read a table or view', OPEN),
  onTable('insert-row', 'ir', 'Add rows'),
  onTable('delete-row', 'dr', 'Delete rows'),
  onTable('update-row', 'ur', 'Change rows'),
  onTable('alter-table', 'at', 'Change the columns of a table'),
  onTable('set-column-type', 'sct', 'Say what a column holds'),
  onTable('drop-table', 'dt', 'Delete a table'),
  onTable('drop-view', 'dv', 'Delete a view'),

  onQuery('view-query', 'vq', 'Run a saved query', OPEN),
  onQuery('update-query', 'uq', 'Change a saved query'),
  onQuery('delete-query', 'dq', 'Delete a saved query'),
]
