/** Whether text is an address that may become a link. Only http and https: a `javascript:` address in people's data runs code. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s]+$/i.test(text) && URL.canParse(text)
}
