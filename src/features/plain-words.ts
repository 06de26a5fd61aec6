/** What the JSON API says to programs, and what pages say in its place. */
const WORDS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [
    /^Permission denied: need ([\w-]+) on ([^/]+)\/(.+)$/u,
    (action, database, table) =>
      `You may not do this: it needs the right ${action} on ${table} in ${database}`,
  ],
  [
    /^Permission denied: need ([\w-]+)(?: on ([^/]+))?$/u,
    (action, place) => `You may not do this: it needs the right ${action}${place ? ` on ${place}` : ''}`,
  ],
  [
    /^Use \/-\/query for read-only SQL; this endpoint only executes writes$/u,
    () =>
      'This SQL only reads. It can be run on the page for SQL queries; this one is for SQL that changes data',
  ],
  [
    /^Invalid query name$/u,
    () =>
      'This cannot be the name of a query: it has a dot, a slash or a line break, is only a dash, or is too long',
  ],
  [
    /^FOREIGN KEY constraint failed$/u,
    () => 'A row would refer to one that is not there, and the database does not allow that',
  ],
  [
    /^Too many rows, maximum allowed is (\d+)$/u,
    (most) => `These are too many rows for one time: at most ${Number(most).toLocaleString('en')} are taken`,
  ],
]

/** A message of the JSON API as people read it on pages: without a full stop, and itself where it is plain already. */
export function plainWords(message: string): string {
  for (const [pattern, words] of WORDS) {
    const found = pattern.exec(message)
    if (found !== null) return words(...found.slice(1))
  }
  return message
}
