import { button, element } from './elements.ts'

/** A query that is answered sooner shows nothing, in milliseconds. */
const PATIENCE_MS = 400

/** How often a screen reader is told that the query still runs, in seconds. */
const SECONDS_BETWEEN_WORDS = 10

/** Shows how long a query has been running since its form was sent, with a way to stop it. */
export function watchQueries(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-query]')) watch(form)
}

/**
 * The form is sent as it always is, so the answer, its status and the way back are the browser's own. Stopping the page
 * closes the connection, and the server ends a query whose visitor has gone.
 */
function watch(form: HTMLFormElement): void {
  const counter = element('span', { 'aria-hidden': 'true' })
  const words = element('span', { class: 'visually-hidden', role: 'status' })
  const cancel = button('Cancel', 'button button-plain', () => {
    window.stop()
    end()
    for (const place of [counter, words]) place.textContent = 'The query was cancelled.'
  })
  cancel.hidden = true
  form.append(element('div', { class: 'query-progress' }, counter, words, cancel))

  let timer: number | undefined
  const end = () => {
    clearInterval(timer)
    if (cancel === document.activeElement) form.querySelector<HTMLElement>('[type=submit]')?.focus()
    cancel.hidden = true
    counter.textContent = ''
    words.textContent = ''
  }
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return
    end()
    const started = performance.now()
    timer = window.setInterval(() => {
      const seconds = Math.floor((performance.now() - started) / 1000)
      cancel.hidden = false
      counter.textContent = seconds === 0 ? 'Running' : `Running for ${seconds} s`
      if (seconds % SECONDS_BETWEEN_WORDS === 0) words.textContent = spoken(seconds)
    }, PATIENCE_MS)
  })
  // A page that comes back from the browser's memory is as it was left: running.
  window.addEventListener('pageshow', (event) => event.persisted && end())
}

function spoken(seconds: number): string {
  return seconds === 0 ? 'The query is running.' : `The query has been running for ${seconds} seconds.`
}
