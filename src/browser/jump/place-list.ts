import { element } from '../elements.ts'
import type { Place } from './places.ts'

/** The list below a field, of which one place is chosen while the focus stays in the field. */
export type PlaceList = {
  readonly list: HTMLElement
  /** Shows these places; the first is chosen when `choosesFirst`, else none. */
  show(places: readonly Place[], choosesFirst: boolean): void
  /** Chooses the next place (1) or the one before (-1), round the ends. */
  move(step: 1 | -1): void
  /** Goes to the chosen place; nowhere when none is chosen. */
  open(): void
}

/** Makes the list of a combobox (WAI-ARIA APG, "Editable Combobox With List Autocomplete"). Each place is a link as well. */
export function createPlaceList(input: HTMLInputElement): PlaceList {
  const list = element('div', {
    role: 'listbox',
    id: 'jump-places',
    'aria-label': 'Places',
    class: 'jump-places',
  })
  input.setAttribute('aria-controls', list.id)
  let chosen: HTMLElement | null = null

  const choose = (option: Element | null | undefined) => {
    chosen?.setAttribute('aria-selected', 'false')
    chosen = option instanceof HTMLElement ? option : null
    chosen?.setAttribute('aria-selected', 'true')
    chosen?.scrollIntoView({ block: 'nearest' })
    if (chosen === null) input.removeAttribute('aria-activedescendant')
    else input.setAttribute('aria-activedescendant', chosen.id)
  }
  return {
    list,
    show: (places, choosesFirst) => {
      list.replaceChildren(...places.map(optionOf))
      input.setAttribute('aria-expanded', String(places.length > 0))
      choose(choosesFirst ? list.firstElementChild : null)
    },
    move: (step) => {
      const next = step === 1 ? chosen?.nextElementSibling : chosen?.previousElementSibling
      choose(next ?? (step === 1 ? list.firstElementChild : list.lastElementChild))
    },
    open: () => chosen?.click(),
  }
}

function optionOf({ name, type, path }: Place, position: number): HTMLElement {
  return element(
    'a',
    { href: path, role: 'option', id: `jump-place-${position}`, tabindex: '-1', 'aria-selected': 'false' },
    element('bdi', {}, name),
    element('span', { class: 'jump-type' }, type),
  )
}
