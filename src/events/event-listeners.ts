import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '../log.ts'
import type { TrackedEvent } from './event.ts'

/** A plugin that hears of events. */
export type EventListener = (event: TrackedEvent) => Promise<void>

/** Most events that wait for one plugin; what comes beyond them it does not hear of, and the log says so. */
const MAX_WAITING = 1000

/** How long the end of the server waits for plugins, in milliseconds. */
const SETTLE_PATIENCE_MS = 5000

/**
 * The plugins that hear of events. Each has a queue of its own and hears one event after the other, so that a slow plugin
 * holds up neither an answer nor another plugin, and what one plugin throws is logged and harms nobody.
 */
export class EventListeners {
  readonly #queues: EventQueue[] = []
  readonly #log: Logger

  constructor(log: Logger) {
    this.#log = log
  }

  /** Adds a plugin. */
  add(plugin: string, listener: EventListener): void {
    this.#queues.push(new EventQueue(plugin, listener, this.#log))
  }

  /** Tells every plugin, soon. Each gets a copy of its own: what it changes in it, it changes for itself. */
  tell(event: TrackedEvent): void {
    for (const queue of this.#queues) queue.add(event)
  }

  /** Resolves when the plugins have heard of everything, or have had their time; the log says what they missed. */
  async settle(): Promise<void> {
    const patience = new AbortController()
    const { signal } = patience
    const heard = Promise.all(this.#queues.map((queue) => queue.idle()))
    await Promise.race([heard, wait(SETTLE_PATIENCE_MS, null, { signal }).catch(() => null)])
    patience.abort()
    for (const queue of this.#queues) queue.reportUnheard()
  }
}

class EventQueue {
  readonly #plugin: string
  readonly #listener: EventListener
  readonly #log: Logger
  #waiting: TrackedEvent[] = []
  #running: Promise<void> | null = null
  /** How many events found the queue full since it was last empty. */
  #missed = 0

  constructor(plugin: string, listener: EventListener, log: Logger) {
    this.#plugin = plugin
    this.#listener = listener
    this.#log = log
  }

  add(event: TrackedEvent): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#missed += 1
      if (this.#missed === 1)
        this.#log.error({ plugin: this.#plugin, waiting: MAX_WAITING }, 'events.queue_full')
      return
    }
    this.#waiting.push(structuredClone(event))
    this.#running ??= this.#run()
  }

  async idle(): Promise<void> {
    await this.#running
  }

  reportUnheard(): void {
    const count = this.#waiting.length
    if (count > 0) this.#log.error({ plugin: this.#plugin, count }, 'events.not_heard')
  }

  async #run(): Promise<void> {
    // The request that caused the event goes first.
    await wait(0)
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      try {
        await this.#listener(event)
      } catch (error) {
        this.#log.error({ plugin: this.#plugin, event: event.name, err: error }, 'events.plugin_failed')
      }
    }
    this.#running = null
    if (this.#missed > 0) this.#log.error({ plugin: this.#plugin, count: this.#missed }, 'events.missed')
    this.#missed = 0
  }
}
