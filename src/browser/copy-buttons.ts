import { button, element } from './elements.ts'

/** How long a button says what it did, in milliseconds. */
const SAID_MS = 2000

/**
 * Adds a button to everything that can be copied: `data-copy` says what an element holds (an input its value, a code
 * block its text), `data-copy-link` what a link leads to.
 */
export function addCopyButtons(): void {
  // Browsers offer the clipboard only to pages that came over https or from this computer.
  if (!('clipboard' in navigator)) return
  for (const place of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    addCopyButton(place, place.dataset['copy'] ?? '', async () => textOf(place))
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-copy-link]')) {
    addCopyButton(link, link.dataset['copyLink'] ?? '', () => fetchText(link.href))
  }
}

function addCopyButton(place: Element, label: string, read: () => Promise<string>): void {
  const status = element('span', { class: 'visually-hidden', role: 'status' })
  const say = (text: string) => {
    copy.textContent = text
    status.textContent = text === 'Copy' ? '' : text
  }
  const copy = button('Copy', 'copy-button', async () => {
    say((await write(read())) ? 'Copied' : 'Not copied')
    setTimeout(say, SAID_MS, 'Copy')
  })
  copy.setAttribute('aria-label', `Copy ${label}`)
  place.after(copy, status)
}

/** Browsers take what is still on its way only as a `ClipboardItem`: later, the press that asked for it no longer counts. */
function write(text: Promise<string>): Promise<boolean> {
  const item = new ClipboardItem({ 'text/plain': text })
  return navigator.clipboard.write([item]).then(
    () => true,
    () => false,
  )
}

function textOf(place: HTMLElement): string {
  const text = place instanceof HTMLInputElement ? place.value : place.querySelector('code')?.textContent
  return text ?? ''
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  return response.text()
}
