import { expect, it } from 'vitest'
import { CORE_ACTIONS } from '../../src/permissions/core-actions.ts'
import { oauthActions } from '../../src/plugins/oauth/actions.ts'
import { readPage, tableRows } from './page.ts'

const actions = [...CORE_ACTIONS, ...oauthActions]
const documented = tableRows(readPage('docs/permissions.md'))

it.each(actions)('action $name stands in docs/permissions.md', (action) => {
  const on =
    action.level === 'resource' ? action.resourceKind : action.level === 'global' ? 'instance' : action.level
  const also = action.alsoRequires === null ? '' : `; also needs \`${action.alsoRequires}\``
  expect(documented).toContainEqual([
    `\`${action.name}\``,
    action.abbr === null ? '' : `\`${action.abbr}\``,
    on,
    action.allowedByDefault ? 'everybody' : 'nobody',
    action.description + also,
  ])
})
