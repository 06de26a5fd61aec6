import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js'
import { linePoints, numberOf, type Column } from './table-data.ts'

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)

/** Most bars of a chart: more of them could not be read. */
export const MOST_BARS = 50

/** Longest name beside a bar, in characters. */
const MAX_NAME = 20

/** Beyond so many points, each is no longer marked by a dot. */
const MOST_DOTS = 60

/** Dates that are written under a line, where there is room for them. */
const WRITTEN_TIMES = 4

const DAY_MS = 86_400_000

type Colours = Pick<CSSStyleDeclaration, 'getPropertyValue' | 'fontFamily'>

/** A chart on a canvas, which has to be taken away before the next is drawn there. */
export type Drawn = { destroy(): void }

/** Draws the numbers of `y` as a line along dates, as bars along all else. Nothing moves. */
export function draw(canvas: HTMLCanvasElement, x: Column, y: Column, colours: Colours): Drawn {
  return x.kind === 'date' ? drawLine(canvas, x, y, colours) : drawBars(canvas, x, y, colours)
}

function drawLine(canvas: HTMLCanvasElement, x: Column, y: Column, colours: Colours): Drawn {
  const points = [...linePoints(x.values, y.values)]
  const colour = colours.getPropertyValue('--accent')
  const pointRadius = points.length > MOST_DOTS ? 0 : 3
  const dates = axis(x, colours)
  const [first, last] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0]
  return new Chart(canvas, {
    type: 'line',
    data: {
      datasets: [
        {
          label: y.name,
          data: points,
          borderColor: colour,
          backgroundColor: colour,
          pointRadius,
          clip: pointRadius,
        },
      ],
    },
    options: {
      ...STILL,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      plugins: { tooltip: { callbacks: { title: ([item]) => points[item?.dataIndex ?? -1]?.date ?? '' } } },
      scales: {
        x: {
          type: 'linear',
          ...dates,
          ticks: { ...dates.ticks, callback: (time) => timeLabel(Number(time), last - first) },
          ...(first < last && { min: first, max: last }),
          // Parts of the whole time, where the library would write round numbers of milliseconds.
          afterBuildTicks: (scale) => {
            scale.ticks = timesBetween(first, last).map((value) => ({ value }))
          },
        },
        y: axis(y, colours),
      },
    },
  })
}

function drawBars(canvas: HTMLCanvasElement, x: Column, y: Column, colours: Colours): Drawn {
  const backgroundColor = colours.getPropertyValue('--accent')
  const data = y.values.slice(0, MOST_BARS).map(numberOf)
  const names = axis(x, colours)
  return new Chart(canvas, {
    type: 'bar',
    data: {
      labels: x.values.slice(0, MOST_BARS).map(shorten),
      datasets: [{ label: y.name, data, backgroundColor }],
    },
    options: {
      ...STILL,
      indexAxis: 'y',
      scales: { x: axis(y, colours), y: { ...names, ticks: { ...names.ticks, autoSkip: false } } },
    },
  })
}

const STILL = { animation: false, responsive: true, maintainAspectRatio: false } as const

function axis({ name }: Column, colours: Colours) {
  const colour = (token: string) => colours.getPropertyValue(token)
  const font = { family: colours.fontFamily, size: 13 }
  return {
    title: { display: true, text: name, color: colour('--ink'), font },
    ticks: { color: colour('--ink-soft'), font, maxRotation: 45 },
    grid: { color: colour('--line') },
  }
}

/** Times from the first to the last, evenly. */
function timesBetween(first: number, last: number): readonly number[] {
  if (first === last) return [first]
  return Array.from(
    { length: WRITTEN_TIMES },
    (_, step) => first + ((last - first) * step) / (WRITTEN_TIMES - 1),
  )
}

/** A time in UTC, which is how SQLite writes it: with hours where days would not tell times apart. */
function timeLabel(time: number, span: number): string {
  const text = new Date(time).toISOString()
  return span > WRITTEN_TIMES * DAY_MS ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ')
}

function shorten(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name
}
