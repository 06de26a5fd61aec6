import { element } from './elements.ts'

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
  const line = createLine(form)
  let timer: number | undefined
  /** How often the form was sent since nothing was running: sending it again gives up the query before. */
  let sent = 0
  const end = (words = '') => {
    clearInterval(timer)
    sent = 0
    line.hide(words)
  }

  line.cancel.addEventListener('click', () => {
    window.stop()
    end('The query was cancelled.')
  })
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return
    clearInterval(timer)
    sent += 1
    const started = performance.now()
    timer = window.setInterval(() => line.show(Math.floor((performance.now() - started) / 1000)), PATIENCE_MS)
  })
  // The browser's own button was pressed. Where it tells nothing of that, the line stays until Cancel is.
  if ('navigation' in window) {
    window.navigation.addEventListener('navigateerror', () => {
      sent = Math.max(sent - 1, 0)
      if (sent === 0) end()
    })
  }
  // A page that comes back from the browser's memory is as it was left: running.
  window.addEventListener('pageshow', (event) => event.persisted && end())
}

/** The line at the end of a form: what is seen, what is read out, and the button. */
function createLine(form: HTMLFormElement) {
  const seen = element('span', { 'aria-hidden': 'true' })
  const read = element('span', { class: 'visually-hidden', role: 'status' })
  const cancel = element('button', { type: 'button', class: 'button button-plain', hidden: '' }, 'Cancel')
  form.append(element('div', { class: 'query-progress' }, seen, read, cancel))
  return {
    cancel,
    show: (seconds: number): void => {
      cancel.hidden = false
      seen.textContent = seconds === 0 ? 'Running' : `Running for ${seconds} s`
      if (seconds % SECONDS_BETWEEN_WORDS === 0) read.textContent = spoken(seconds)
    },
    hide: (words: string): void => {
      // A hidden button cannot keep the focus.
      if (cancel === document.activeElement) form.querySelector<HTMLElement>('[type=submit]')?.focus()
      cancel.hidden = true
      seen.textContent = words
      read.textContent = words
    },
  }
}

function spoken(seconds: number): string {
  return seconds === 0 ? 'The query is running.' : `The query has been running for ${seconds} seconds.`
}
