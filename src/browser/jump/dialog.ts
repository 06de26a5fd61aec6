import { element } from '../elements.ts'
import { createPlaceList, type PlaceList } from './place-list.ts'
import type { Place } from './places.ts'
import { createSearch } from './search.ts'

/**
 * Makes the dialog in which a place is found by its name, and gives the function that opens it. `address` finds places;
 * `recent` are those to show before anything was written.
 */
export function createJumpDialog(address: string, recent: () => readonly Place[]): () => void {
  const input = createInput()
  const places = createPlaceList(input)
  const status = element('p', { role: 'status', class: 'jump-status' })
  const close = element('button', { class: 'button button-plain' }, 'Close')
  const form = element('form', { method: 'dialog', class: 'jump-form' }, input, close)
  const dialog = element('dialog', { class: 'jump', 'aria-label': 'Jump to' }, form, status, places.list)
  document.body.append(dialog)

  const search = createSearch(address, recent, (found, words) => {
    places.show(found, input.value.trim() !== '')
    status.textContent = words
  })
  input.addEventListener('input', () => search(input.value.trim()))
  input.addEventListener('keydown', (event) => handleKey(event, places))
  // Outside the dialog is what lies behind it, which counts as the dialog itself.
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())

  return () => {
    if (dialog.open) return
    input.value = ''
    search('')
    dialog.showModal()
    input.focus()
  }
}

function createInput(): HTMLInputElement {
  return element('input', {
    type: 'text',
    placeholder: 'A database, table or query',
    role: 'combobox',
    'aria-label': 'Jump to',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  })
}

function handleKey(event: KeyboardEvent, places: PlaceList): void {
  // The keys of an input method are its own.
  if (event.isComposing) return
  // Enter would close the dialog, and the arrows would move in the text.
  if (event.key === 'Enter') places.open()
  else if (event.key === 'ArrowDown') places.move(1)
  else if (event.key === 'ArrowUp') places.move(-1)
  else return
  event.preventDefault()
}
