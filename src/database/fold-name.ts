/** A name as SQLite compares names: `A` to `Z` are `a` to `z`, and every other letter is itself alone (`É` is not `é`). */
export function foldName(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** Whether two names are one to SQLite. */
export function isSameName(one: string, other: string): boolean {
  return foldName(one) === foldName(other)
}
