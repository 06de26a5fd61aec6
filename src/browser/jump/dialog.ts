import { element } from '../elements.ts'
import { findPlaces, type Place } from './places.ts'

/** How long typing has to rest before the server is asked, in milliseconds. */
const REST_MS = 150

/**
 * Makes the dialog in which a place is found by its name, and gives the function that opens it. The field is a combobox
 * and the places its list (WAI-ARIA APG, "Editable Combobox With List Autocomplete"); each place is a link as well.
 * `address` finds places; `recent` are those to show before anything was written.
 */
export function createJumpDialog(address: string, recent: () => readonly Place[]): () => void {
  const list = element('div', {
    role: 'listbox',
    id: 'jump-places',
    'aria-label': 'Places',
    class: 'jump-places',
  })
  const status = element('p', { role: 'status', class: 'jump-status' })
  const input = element('input', {
    type: 'text',
    placeholder: 'A database, table or query',
    role: 'combobox',
    'aria-label': 'Jump to',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': list.id,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  })
  const close = element('button', { class: 'button button-plain' }, 'Close')
  const dialog = element(
    'dialog',
    { class: 'jump', 'aria-label': 'Jump to' },
    element('form', { method: 'dialog', class: 'jump-form' }, input, close),
    status,
    list,
  )
  document.body.append(dialog)

  let chosen = -1
  const choose = (place: number) => {
    list.children[chosen]?.setAttribute('aria-selected', 'false')
    chosen = place
    const option = list.children[place]
    option?.setAttribute('aria-selected', 'true')
    option?.scrollIntoView({ block: 'nearest' })
    if (option === undefined) input.removeAttribute('aria-activedescendant')
    else input.setAttribute('aria-activedescendant', option.id)
  }
  const show = (places: readonly Place[], words: string) => {
    list.replaceChildren(...places.map(optionOf))
    input.setAttribute('aria-expanded', String(places.length > 0))
    status.textContent = words
    choose(places.length > 0 && input.value.trim() !== '' ? 0 : -1)
  }

  const search = createSearch(address, recent, show)
  input.addEventListener('input', () => search(input.value.trim(), REST_MS))
  input.addEventListener('keydown', (event) => {
    const count = list.children.length
    if (event.key === 'Enter') {
      // In a form, Enter would close the dialog.
      event.preventDefault()
      const option = list.children[chosen]
      if (option instanceof HTMLElement) option.click()
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && count > 0) {
      event.preventDefault()
      choose(event.key === 'ArrowDown' ? (chosen + 1) % count : (Math.max(chosen, 0) - 1 + count) % count)
    }
  })
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())

  return () => {
    if (dialog.open) return
    input.value = ''
    search('', 0)
    dialog.showModal()
    input.focus()
  }
}

type Show = (places: readonly Place[], words: string) => void

/** Gives the function that searches after a rest; each search takes the place of the one before it. */
function createSearch(address: string, recent: () => readonly Place[], show: Show) {
  let stop = new AbortController()
  let timer: number | undefined
  return (words: string, restMs: number): void => {
    stop.abort()
    clearTimeout(timer)
    if (words === '') return showRecent(recent(), show)
    stop = new AbortController()
    const { signal } = stop
    timer = window.setTimeout(() => {
      findPlaces(address, words, signal).then(
        (places) => signal.aborted || show(places, countOf(places)),
        () => signal.aborted || show([], 'The search does not answer just now. Write on to try it again.'),
      )
    }, restMs)
  }
}

function showRecent(places: readonly Place[], show: Show): void {
  if (places.length === 0) show([], 'Write a part of the name of a database, table, view or query.')
  else show(places, 'Where you were last')
}

function countOf({ length }: readonly Place[]): string {
  if (length === 0) return 'Nothing that you may see has this in its name.'
  return length === 1 ? 'One place' : `${length} places`
}

function optionOf({ name, type, path }: Place, position: number): HTMLElement {
  return element(
    'a',
    { href: path, role: 'option', id: `jump-place-${position}`, tabindex: '-1', 'aria-selected': 'false' },
    element('bdi', {}, name),
    element('span', { class: 'jump-type' }, type),
  )
}
