/**
 * The script of every page. It only adds: each page says and does the same without it.
 *
 * What lives in this folder runs in browsers. It knows pages by their markup and the server by its addresses, and
 * imports nothing of the rest of the program. Foreign text becomes text nodes, never markup. Parts that bring a large
 * package are modules of their own (`sql-editor`, `format-sql`, `chart`) and are loaded where they are used.
 */
import { offerCharts } from './chart/offer-charts.ts'
import { enableApiExplorer } from './api-explorer.ts'
import { addColumnsHere } from './column-rows.ts'
import { addCopyButtons } from './copy-buttons.ts'
import { checkFormSizes } from './form-size.ts'
import { enableJump } from './jump/enable-jump.ts'
import { loadModule } from './modules.ts'
import { watchQueries } from './query-progress.ts'
import { showReadersTime } from './readers-time.ts'
import { enableRowForms } from './row-form.ts'

showReadersTime()
addCopyButtons()
addColumnsHere()
enableApiExplorer()
enableJump()
watchQueries()
enableRowForms()
checkFormSizes()
offerCharts(() => loadModule('chart'))

for (const field of document.querySelectorAll<HTMLElement>('[data-sql-field]')) {
  const { mountSqlEditor } = await loadModule('sqlEditor')
  mountSqlEditor(field, async (sql) => (await loadModule('formatSql')).formatSql(sql))
}
