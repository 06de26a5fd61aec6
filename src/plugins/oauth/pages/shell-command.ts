/**
 * Writes a command of a POSIX shell over several lines, one argument pair a line. Words are quoted, so that
 * pasting the text runs this command and nothing else, whatever an app's address contains.
 */
export function formatShellCommand(
  program: readonly string[],
  options: readonly { readonly flag: string; readonly value: string }[],
): string {
  const lines = [
    program.map(quoteWord).join(' '),
    ...options.map(({ flag, value }) => `${quoteWord(flag)} ${quoteWord(value)}`),
  ]
  return lines.join(' \\\n  ')
}

/** One word for a shell: leaves plain words alone and puts anything else between single quotes. */
export function quoteWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
