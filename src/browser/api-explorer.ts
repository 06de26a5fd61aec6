import { element } from './elements.ts'

/** Lets the API explorer send what its form says, and shows the answer. Without the script there are links and commands. */
export function enableApiExplorer(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-api]')
  const answer = form?.querySelector('[data-api-answer]') ?? null
  if (form === null || answer === null) return
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    answer.replaceChildren('Sending…')
    void send(new FormData(form)).then((nodes) => answer.replaceChildren(...nodes))
  })
}

async function send(fields: FormData): Promise<readonly (Node | string)[]> {
  const text = (name: string) => {
    const value = fields.get(name)
    return typeof value === 'string' ? value : ''
  }
  const address = new URL(text('path'), location.href)
  // The form is for this server: what it sends carries the reader's own rights.
  if (address.origin !== location.origin) return [element('p', {}, 'The path must lead to this server.')]
  const isPost = text('method') === 'POST'
  try {
    const response = await fetch(address, {
      method: isPost ? 'POST' : 'GET',
      ...(isPost && { body: text('json'), headers: { 'content-type': 'application/json' } }),
    })
    const shown = pretty(await response.text())
    return [
      element('p', { class: 'name' }, `${response.status} ${response.statusText}`),
      element(
        'pre',
        { tabindex: '0', role: 'group', 'aria-label': 'The answer' },
        element('code', {}, shown),
      ),
    ]
  } catch {
    return [element('p', {}, 'The server did not answer. Try again.')]
  }
}

/** Characters of an answer that are shown. */
const MOST_CHARACTERS = 100_000

function pretty(text: string): string {
  const shown = text.slice(0, MOST_CHARACTERS)
  if (shown.length < text.length) return `${shown}…`
  try {
    // Parsed and written again, a number of many digits would lose some.
    return /\d{16}/u.test(text) ? text : JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
