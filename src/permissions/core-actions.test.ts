import { describe, expect, it } from 'vitest'
import { checkActions } from './check-actions.ts'
import { CORE_ACTIONS } from './core-actions.ts'

/** The table of host.md §2.4, and `view-audit`, which is ours: name, abbreviation, level, what it also requires, and whether anybody may by default. */
const TABLE = `
view-instance vi global - yes
permissions-debug pd global - no
debug-menu dm global - no
view-audit - global - no
view-database vd database - yes
view-database-download vdd database view-database yes
execute-sql es database view-database yes
execute-write-sql ews database view-database no
create-table ct database - no
create-view cv database - no
store-query sq database execute-sql no
view-table vt table - yes
insert-row ir table - no
delete-row dr table - no
update-row ur table - no
alter-table at table - no
set-column-type sct table - no
drop-table dt table - no
drop-view dv table - no
view-query vq query - yes
update-query uq query - no
delete-query dq query - no
`

describe('CORE_ACTIONS', () => {
  it('is the table of actions', () => {
    const rows = CORE_ACTIONS.map((action) =>
      [
        action.name,
        action.abbr ?? '-',
        action.resourceKind ?? action.level,
        action.alsoRequires ?? '-',
        action.allowedByDefault ? 'yes' : 'no',
      ].join(' '),
    )
    expect(rows).toEqual(TABLE.trim().split('\n'))
  })

  it('fits together', () => {
    expect(() => {
      checkActions(CORE_ACTIONS)
    }).not.toThrow()
  })
})
