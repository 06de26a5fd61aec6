import { pino } from 'pino'
import { expect, it } from 'vitest'
import type { TrackedEvent } from './event.ts'
import { EventListeners } from './event-listeners.ts'

const event = (table: string): TrackedEvent => ({
  name: 'drop-table',
  database: 'shop',
  table,
  effects: [],
  created: 0,
  actor: { id: 'anna' },
})

function listeners() {
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) })
  return { all: new EventListeners(log), logged: () => lines.map((line) => JSON.parse(line)) }
}

it('goes on after a plugin that throws, and after one that rejects, and logs each failure', async () => {
  const { all, logged } = listeners()
  const heard: string[] = []
  all.add('throws', () => {
    throw new Error('at once')
  })
  all.add('rejects', () => Promise.reject(new Error('later')))
  all.add('hears', async ({ name }) => void heard.push(name))
  all.tell(event('a'))
  all.tell(event('b'))
  await all.settle()
  expect(heard).toEqual(['drop-table', 'drop-table'])
  expect(
    logged()
      .map(({ msg, plugin }) => `${plugin} ${msg}`)
      .sort(),
  ).toEqual([
    'rejects events.plugin_failed',
    'rejects events.plugin_failed',
    'throws events.plugin_failed',
    'throws events.plugin_failed',
  ])
})

it('tells nobody before the caller has gone on', async () => {
  const { all } = listeners()
  const order: string[] = []
  all.add('hears', async () => void order.push('plugin'))
  all.tell(event('a'))
  order.push('caller')
  await all.settle()
  expect(order).toEqual(['caller', 'plugin'])
})

it('gives each plugin a copy', async () => {
  const { all } = listeners()
  const seen: TrackedEvent[] = []
  const keep = async (one: TrackedEvent) => void seen.push(one)
  all.add('a', keep)
  all.add('b', keep)
  const sent = event('a')
  all.tell(sent)
  await all.settle()
  expect(seen).toEqual([sent, sent])
  expect(new Set([sent, ...seen].map(({ actor }) => actor)).size).toBe(3)
})

it('lets 1000 events wait for a slow plugin, drops more, says so, and goes on afterwards', async () => {
  const { all, logged } = listeners()
  let release = () => {}
  const gate = new Promise<void>((open) => (release = open))
  const heard: string[] = []
  all.add('slow', async (one) => {
    await gate
    if (one.name === 'drop-table') heard.push(one.table)
  })
  for (let count = 0; count < 1005; count += 1) all.tell(event(String(count)))
  release()
  await all.settle()
  expect(heard).toHaveLength(1000)
  expect(heard.at(-1)).toBe('999')
  expect(logged()).toMatchObject([
    { msg: 'events.queue_full', plugin: 'slow' },
    { msg: 'events.missed', plugin: 'slow', count: 5 },
  ])
  all.tell(event('after'))
  await all.settle()
  expect(heard.at(-1)).toBe('after')
})
