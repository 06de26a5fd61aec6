/**
 * Makes foreign text safe to show: control characters, which could rewrite what stands on a terminal, and marks that turn the
 * direction of text and so hide what a name is, are shown as what they are (`\x1b`), line ends too.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return ESCAPES.get(character) ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
  })
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
  ['\t', String.raw`\t`],
])

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0')
