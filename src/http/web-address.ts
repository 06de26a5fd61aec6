/** Whether text is an address that a browser can be sent to. Only http and https: `javascript:` runs code, and other schemes start programs. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s]+$/i.test(text) && URL.canParse(text)
}

/** The same without any character that a terminal could take for an order, or a person for another. */
export function isPrintableAddress(text: string): boolean {
  return isWebAddress(text) && /^[\u0021-\u007E]+$/u.test(text)
}
