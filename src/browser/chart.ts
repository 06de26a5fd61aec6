import { draw, MOST_BARS, type Drawn } from './chart/draw.ts'
import type { Column } from './chart/table-data.ts'
import { element } from './elements.ts'

/** Fills `details` with a chart and the choice of its columns, beginning with `first` (places of columns). */
export function showChart(
  details: HTMLElement,
  columns: readonly Column[],
  first: { readonly along: number; readonly drawn: number },
): void {
  const along = select('Along', columns, () => true, first.along)
  const drawn = select('Show', columns, ({ kind }) => kind === 'number', first.drawn)
  const canvas = element('canvas', { role: 'img' })
  const frame = element('div', { class: 'chart-frame' }, canvas)
  const note = element('p', { class: 'explain', role: 'status' })
  details.append(element('div', { class: 'field-row' }, drawn.field, along.field), frame, note)

  let chart: Drawn | null = null
  const show = () => {
    const [x, y] = [columns[Number(along.control.value)], columns[Number(drawn.control.value)]]
    if (x === undefined || y === undefined) return
    chart?.destroy()
    const isLine = x.kind === 'date'
    const bars = Math.min(x.values.length, MOST_BARS)
    frame.style.height = isLine ? '20rem' : `${bars * 1.75 + 4}rem`
    const what = `${isLine ? 'Line' : 'Bar'} chart of ${y.name} along ${x.name}`
    canvas.setAttribute('aria-label', `${what}. The table has the same data.`)
    const part = !isLine && bars < x.values.length ? `The first ${bars} of ${x.values.length} rows. ` : ''
    note.textContent = `${part}The table above has the same data.`
    chart = draw(canvas, x, y, getComputedStyle(frame))
  }
  for (const { control } of [along, drawn]) control.addEventListener('change', show)
  // The colours are read when a chart is drawn.
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show)
  show()
}

function select(label: string, columns: readonly Column[], fits: (column: Column) => boolean, first: number) {
  const control = element('select')
  for (const [place, column] of columns.entries()) {
    if (fits(column)) control.append(new Option(column.name, String(place), place === first, place === first))
  }
  return { control, field: element('label', { class: 'chart-choice' }, label, control) }
}
