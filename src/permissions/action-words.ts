/** How one action is told to a person: at every width that it can be asked for. */
export type ActionWords = {
  readonly group: 'read' | 'change' | 'administer'
  /** Cannot be undone, or opens far more than one thing. */
  readonly powerful: boolean
  /** Asked for without a place. */
  readonly everywhere: string
  /** Asked for in one `{database}`; left out where the action has no such level. */
  readonly inDatabase?: string
  /** Asked for on one `{resource}` in one `{database}`; left out where the action has no such level. */
  readonly one?: string
}

/** The words for one of the server's own actions or of the plugins that come with the server (host.md §2.4); null for an action of another plugin. */
export function actionWords(action: string): ActionWords | null {
  return WORDS.get(action) ?? null
}

const read = { group: 'read', powerful: false } as const
const readMuch = { group: 'read', powerful: true } as const
const change = { group: 'change', powerful: false } as const
const changeMuch = { group: 'change', powerful: true } as const
const administer = { group: 'administer', powerful: false } as const
const administerMuch = { group: 'administer', powerful: true } as const

const WORDS: ReadonlyMap<string, ActionWords> = new Map<string, ActionWords>([
  ['view-instance', { ...read, everywhere: 'See the home page with its list of databases' }],
  [
    'view-database',
    {
      ...read,
      everywhere: 'See what every database contains',
      inDatabase: 'See what the database {database} contains',
    },
  ],
  [
    'view-table',
    {
      ...read,
      everywhere: 'Read every table in every database',
      inDatabase: 'Read every table in {database}',
      one: 'Read the table {resource} in {database}',
    },
  ],
  [
    'view-query',
    {
      ...read,
      everywhere: 'Run every saved query in every database',
      inDatabase: 'Run every saved query in {database}',
      one: 'Run the saved query {resource} in {database}',
    },
  ],
  [
    'execute-sql',
    {
      ...readMuch,
      everywhere: 'Read everything in every database with its own SQL',
      inDatabase: 'Read everything in {database} with its own SQL',
    },
  ],
  [
    'view-database-download',
    {
      ...readMuch,
      everywhere: 'Download every database as a file',
      inDatabase: 'Download the database {database} as a file',
    },
  ],
  [
    'insert-row',
    {
      ...change,
      everywhere: 'Add rows to every table in every database',
      inDatabase: 'Add rows to every table in {database}',
      one: 'Add rows to {resource} in {database}',
    },
  ],
  [
    'update-row',
    {
      ...change,
      everywhere: 'Change rows of every table in every database',
      inDatabase: 'Change rows of every table in {database}',
      one: 'Change rows of {resource} in {database}',
    },
  ],
  [
    'delete-row',
    {
      ...changeMuch,
      everywhere: 'Delete rows from every table in every database',
      inDatabase: 'Delete rows from every table in {database}',
      one: 'Delete rows from {resource} in {database}',
    },
  ],
  [
    'create-table',
    {
      ...change,
      everywhere: 'Create tables in every database',
      inDatabase: 'Create tables in {database}',
    },
  ],
  [
    'alter-table',
    {
      ...changeMuch,
      everywhere: 'Change the columns of every table in every database',
      inDatabase: 'Change the columns of every table in {database}',
      one: 'Change the columns of {resource} in {database}',
    },
  ],
  [
    'drop-table',
    {
      ...changeMuch,
      everywhere: 'Delete every table in every database, with all its rows',
      inDatabase: 'Delete every table in {database}, with all its rows',
      one: 'Delete the table {resource} in {database}, with all its rows',
    },
  ],
  [
    'set-column-type',
    {
      ...change,
      everywhere: 'Set how columns are shown in every table of every database',
      inDatabase: 'Set how columns are shown in every table in {database}',
      one: 'Set how the columns of {resource} in {database} are shown',
    },
  ],
  [
    'create-view',
    {
      ...change,
      everywhere: 'Create views in every database',
      inDatabase: 'Create views in {database}',
    },
  ],
  [
    'drop-view',
    {
      ...changeMuch,
      everywhere: 'Delete every view in every database',
      inDatabase: 'Delete every view in {database}',
      one: 'Delete the view {resource} in {database}',
    },
  ],
  [
    'store-query',
    {
      ...change,
      everywhere: 'Save queries in every database',
      inDatabase: 'Save queries in {database}',
    },
  ],
  [
    'update-query',
    {
      ...change,
      everywhere: 'Change every saved query in every database',
      inDatabase: 'Change every saved query in {database}',
      one: 'Change the saved query {resource} in {database}',
    },
  ],
  [
    'delete-query',
    {
      ...changeMuch,
      everywhere: 'Delete every saved query in every database',
      inDatabase: 'Delete every saved query in {database}',
      one: 'Delete the saved query {resource} in {database}',
    },
  ],
  [
    'execute-write-sql',
    {
      ...changeMuch,
      everywhere: 'Change and delete anything in every database with its own SQL',
      inDatabase: 'Change and delete anything in {database} with its own SQL',
    },
  ],
  ['debug-menu', { ...administer, everywhere: 'See the tools for debugging this site' }],
  ['view-audit', { ...administerMuch, everywhere: 'See who changed what on this site, in every database' }],
  ['permissions-debug', { ...administerMuch, everywhere: 'See who may do what on this site' }],
  ['oauth-manage-clients', { ...administerMuch, everywhere: 'Register apps on this site and manage them' }],
  ['oauth-manage-grants', { ...administerMuch, everywhere: 'See and end what everybody gave to apps' }],
  ['oauth-device-tokens', { ...administerMuch, everywhere: 'Let other devices sign in' }],
])
