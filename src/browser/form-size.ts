import { element } from './elements.ts'

/** Holds a form back that is larger than the server takes, and says so below it: what was written stays. */
export function checkFormSizes(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-max-bytes]')) {
    const most = Number(form.dataset['maxBytes'])
    if (most > 0) form.addEventListener('submit', (event) => holdBack(event, form, most))
  }
}

function holdBack(event: SubmitEvent, form: HTMLFormElement, most: number): void {
  form.querySelector('.form-size')?.remove()
  const bytes = sizeOf(form)
  if (bytes <= most) return
  event.preventDefault()
  form.append(
    element(
      'p',
      { class: 'field-error form-size', role: 'alert' },
      `Nothing was sent: this is ${inMegabytes(bytes)} MB, and a form may have ${inMegabytes(most)} MB at most. Choose a smaller file, or write less.`,
    ),
  )
}

/** Nearly what the browser would send. */
function sizeOf(form: HTMLFormElement): number {
  const data = new FormData(form)
  const texts = [...data].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
  if (form.enctype !== 'multipart/form-data') return new URLSearchParams(texts).toString().length
  const files = [...data.values()].map((value) => (value instanceof File ? value.size : 0))
  const written = new TextEncoder().encode(texts.flat().join('')).length
  return files.reduce((sum, size) => sum + size, written)
}

const inMegabytes = (bytes: number): string =>
  (bytes / 1024 ** 2).toLocaleString('en', { maximumFractionDigits: 1 })
