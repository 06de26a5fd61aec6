/** Shows times in the reader's own zone, written as the server writes them in UTC. */
export function showReadersTime(): void {
  const format = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  })
  for (const element of document.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    element.textContent = format.format(new Date(element.dateTime))
  }
}
