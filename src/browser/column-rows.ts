/** What stands for the number of a column in the line that is copied. */
const NEXT = /\bNEXT\b/gu

/**
 * Adds columns to the form of a table without asking the server, which answers the same button with one line more:
 * `data-column-rows` holds the lines, and a `<template>` of the next one.
 */
export function addColumnsHere(): void {
  const list = document.querySelector<HTMLElement>('[data-column-rows]')
  const template = list?.querySelector('template') ?? null
  const press = list?.closest('form')?.querySelector<HTMLButtonElement>('button[value="add-column"]') ?? null
  if (list === null || template === null || press === null) return
  press.addEventListener('click', (event) => {
    event.preventDefault()
    const place = list.querySelectorAll(':scope > fieldset').length
    const line = document.importNode(template.content, true)
    for (const element of line.querySelectorAll('*')) {
      for (const attribute of element.attributes) {
        attribute.value = attribute.value.replaceAll(NEXT, String(place))
      }
    }
    const legend = line.querySelector('legend')
    if (legend !== null) legend.textContent = `Column ${place + 1}`
    const name = line.querySelector('input')
    template.before(line)
    name?.focus()
  })
}
