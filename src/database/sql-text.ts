/**
 * SQL read as far as it takes to tell code from quoted text and comments. SQLite alone decides what a
 * statement means; nothing here is a guard of its own.
 */
export type SqlToken = {
  readonly kind: 'space' | 'comment' | 'text' | 'name' | 'placeholder' | 'word' | 'symbol'
  readonly text: string
}

// What is not closed runs to the end of the text: given up, each of many `[` would be searched to the end anew.
// A placeholder may go on with `::` and one word in brackets, as in `$a::b(c)`; so SQLite has it from Tcl.
// A doubled quote inside a literal reads as two literals side by side: a repeated group would need stack
// space for every character of a long literal.
const TOKEN =
  /[\s\uFEFF]+|--[^\n]*|\/\*[^]*?(?:\*\/|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|\?\d*|[:@$#](?:[\w$\u0080-\uFFFF]|::)+(?:\([^)\t-\r ]*\)?)?|[\w\u0080-\uFFFF][\w$\u0080-\uFFFF]*|[^]/g

/** Splits SQL into tokens; joined again they are the same text. */
export function* sqlTokens(sql: string): Generator<SqlToken, void> {
  for (const [text] of sql.matchAll(TOKEN)) yield { kind: kindOf(text), text }
}

function kindOf(text: string): SqlToken['kind'] {
  if (/^[\s\uFEFF]/.test(text)) return 'space'
  if (text.startsWith('--') || text.startsWith('/*')) return 'comment'
  if (text.startsWith('?')) return 'placeholder'
  if (/^[\w\u0080-\uFFFF]/.test(text)) return 'word'
  if (text.length === 1) return 'symbol'
  if (text.startsWith("'")) return 'text'
  return /^["`[]/.test(text) ? 'name' : 'placeholder'
}

/** Whether SQL has nothing that SQLite would run: only spaces, comments and semicolons. */
export function isBlankSql(sql: string): boolean {
  return sqlTokens(sql).every(({ kind, text }) => kind === 'space' || kind === 'comment' || text === ';')
}

/** The placeholders of a statement in order, each once: `?`, `?3`, `:name`, `@name`, `$name`. */
export function placeholders(sql: string): readonly string[] {
  const found = [...sqlTokens(sql)].filter(({ kind }) => kind === 'placeholder').map(({ text }) => text)
  const seen = new Set<string>()
  return found.filter((text) => {
    const isNew = text === '?' || !seen.has(text)
    seen.add(text)
    return isNew
  })
}

/** The names of a statement's named placeholders in order, without their sign, each once. */
export function parameterNames(sql: string): readonly string[] {
  const named = placeholders(sql).filter((text) => !text.startsWith('?'))
  return [...new Set(named.map((text) => text.slice(1)))]
}
