/** Shows times in the reader's own zone and language. */
export function showReadersTime(): void {
  const format = new Intl.DateTimeFormat(undefined, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  })
  for (const element of document.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    element.textContent = format.format(new Date(element.dateTime))
  }
}
