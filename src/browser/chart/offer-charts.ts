import { element } from '../elements.ts'
import { firstChoice, readColumns } from './table-data.ts'

/** Offers a chart below each table of results that has something to draw. The library comes when one is opened. */
export function offerCharts(load: () => Promise<typeof import('../chart.ts')>): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-chart]')) {
    const table = place.querySelector('table')
    if (table === null) continue
    const columns = readColumns(table)
    const first = firstChoice(columns)
    if (first === null) continue

    const details = element('details', { class: 'fold chart' }, element('summary', {}, 'Chart'))
    place.append(details)
    details.addEventListener(
      'toggle',
      () => {
        load().then(
          ({ showChart }) => showChart(details, columns, first),
          () => details.append(element('p', {}, 'The chart did not load. The table has the same data.')),
        )
      },
      { once: true },
    )
  }
}
