/**
 * Makes a test for names: whether one holds all these words, one after the other, in large or small letters. No words
 * are in every name.
 */
export function holdsWords(words: string): (name: string) => boolean {
  const wanted = words.toLowerCase().split(/\s+/u).filter(Boolean)
  return (name) => {
    const text = name.toLowerCase()
    let from = 0
    for (const word of wanted) {
      const at = text.indexOf(word, from)
      if (at === -1) return false
      from = at + word.length
    }
    return true
  }
}
