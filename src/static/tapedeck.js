// Adds what a page can do without: the reader's own time, and buttons that copy. Nothing depends on it.

const readersTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

for (const element of document.querySelectorAll('time[datetime]')) {
  element.textContent = readersTime.format(new Date(element.dateTime))
}

// Browsers offer the clipboard only to pages that came over https or from this computer.
if (navigator.clipboard) {
  for (const element of document.querySelectorAll('[data-copy]')) addCopyButton(element)
}

/** `data-copy` says what the element holds; an input is copied by its value, a code block by its text. */
function addCopyButton(element) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'copy-button'
  button.textContent = 'Copy'
  button.setAttribute('aria-label', `Copy ${element.dataset.copy}`)

  const status = document.createElement('span')
  status.className = 'visually-hidden'
  status.setAttribute('role', 'status')

  button.addEventListener('click', async () => {
    const source = element.querySelector('code')
    const text = source === null ? element.value : source.textContent
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
    button.textContent = copied ? 'Copied' : 'Not copied'
    status.textContent = button.textContent
    setTimeout(() => {
      button.textContent = 'Copy'
      status.textContent = ''
    }, 2000)
  })
  element.after(button, status)
}
