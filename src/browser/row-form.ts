import { button, element } from './elements.ts'

/** How long writing has to rest before rows are looked for, in milliseconds. */
const REST_MS = 200

/**
 * Fields for the columns of a row: who writes a value takes away the tick that stood in its place and who clears it finds the tick
 * again, one tick takes away the other, and a key is found by what its row is called.
 */
export function enableRowForms(): void {
  for (const field of document.querySelectorAll<HTMLElement>('[data-row-field]')) keepOneChoice(field)
  for (const input of document.querySelectorAll<HTMLInputElement>('input[data-suggest]')) suggestRows(input)
  for (const input of document.querySelectorAll<HTMLInputElement>('input[data-picker]')) addPicker(input)
}

function keepOneChoice(field: HTMLElement): void {
  const ticks = [...field.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')]
  const untick = (kept: EventTarget | null) => {
    for (const tick of ticks) if (tick !== kept) tick.checked = false
  }
  field.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return
    if (target.type !== 'checkbox')
      for (const tick of ticks) tick.checked = target.value === '' && tick.defaultChecked
    else if (target instanceof HTMLInputElement && target.checked) untick(target)
  })
}

/** Opens the browser's own calendar or clock for a field for text, which takes what no calendar has as well. */
function addPicker(input: HTMLInputElement): void {
  const type = input.dataset['picker'] ?? 'date'
  const picker = element('input', { type, class: 'picker', tabindex: '-1', 'aria-hidden': 'true' })
  const open = button(type === 'time' ? 'Clock' : 'Calendar', 'button button-plain', () => {
    picker.value = type === 'date' ? input.value.slice(0, 10) : input.value
    picker.showPicker()
  })
  open.append(element('span', { class: 'visually-hidden' }, ` (${input.labels?.[0]?.textContent ?? ''})`))
  const line = element('div', { class: 'picked' })
  input.replaceWith(line)
  line.append(input, picker, open)
  picker.addEventListener('input', (event) => {
    event.stopPropagation()
    if (picker.value === '') return
    input.value = picker.value.replace('T', ' ')
    input.dispatchEvent(new Event('input', { bubbles: true }))
  })
}

/** The most rows that the server names at once (host.md §6). */
const MOST_ROWS = 10

/** Offers rows under the field in the browser's own list, which keyboards and screen readers know, and says which one is chosen. */
function suggestRows(input: HTMLInputElement): void {
  const list = element('datalist', { id: `${input.id}-rows` })
  const chosen = element('p', { class: 'field-hint row-chosen', 'aria-live': 'polite' })
  input.setAttribute('list', list.id)
  input.after(list, chosen)
  document
    .getElementById(`${input.id}-hint`)
    ?.append(' Or write a part of its name and choose from the list.')
  let stop = new AbortController()
  let timer: number | undefined
  const show = (rows: readonly Row[]) => {
    list.replaceChildren(...rows.map(optionOf))
    chosen.textContent = choiceInWords(input.value, rows)
  }
  const ask = (query: string) => {
    stop.abort()
    stop = new AbortController()
    const { signal } = stop
    clearTimeout(timer)
    timer = window.setTimeout(() => {
      findRows(`${input.dataset['suggest'] ?? ''}?${query}`, signal).then(
        (rows) => signal.aborted || show(rows),
        // Without suggestions the field is what it is without scripts.
        () => undefined,
      )
    }, REST_MS)
  }
  const askForValue = () => ask(input.value === '' ? '_initial=1' : `q=${encodeURIComponent(input.value)}`)
  if (input.value !== '') askForValue()
  input.addEventListener('focus', askForValue)
  input.addEventListener('input', askForValue)
}

/** Rows that are called alike differ in their keys; not every browser shows the key by itself. */
function optionOf({ key, label }: Row): HTMLOptionElement {
  return element('option', { value: key }, label === key ? label : `${label} (${key})`)
}

function choiceInWords(written: string, rows: readonly Row[]): string {
  if (written === '') return ''
  const row = rows.find(({ key }) => key === written)
  if (row !== undefined) return row.label === row.key ? 'There is such a row.' : `Chosen: ${row.label}`
  if (rows.length === 0) return 'No row fits.'
  return rows.length < MOST_ROWS
    ? 'Choose the row from the list.'
    : 'The list has the first ten rows that fit. Write more of the name, then choose from the list.'
}

async function findRows(address: string, signal: AbortSignal): Promise<readonly Row[]> {
  const response = await fetch(address, { signal })
  // Keys are read as they are written: a number of JavaScript would lose the last digits of a large one.
  const answer: unknown = JSON.parse(await response.text(), keepDigits)
  if (typeof answer !== 'object' || answer === null || !('rows' in answer) || !Array.isArray(answer.rows))
    return []
  return answer.rows.filter(isNamed).flatMap(({ pks, label }) => {
    const [key] = Object.values(pks)
    return typeof key === 'string' ? [{ key, label }] : []
  })
}

type Row = { readonly key: string; readonly label: string }

type NamedRow = { readonly pks: Readonly<Record<string, unknown>>; readonly label: string }

function isNamed(value: unknown): value is NamedRow {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pks' in value &&
    typeof value.pks === 'object' &&
    'label' in value &&
    typeof value.label === 'string'
  )
}

function keepDigits(
  _key: string,
  value: unknown,
  ...[context]: readonly { readonly source?: string }[]
): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value
}
