import { describe, expect, it } from 'vitest'
import { attachment } from './attachment.ts'

describe('attachment', () => {
  it('names a file', () => {
    expect(attachment('films-1-img.blob')).toBe('attachment; filename="films-1-img.blob"')
  })

  it.each([
    ['quotes and backslashes', 'a"; x="b\\', 'a__ x=_b_'],
    ['line ends', 'a\r\nset-cookie: x', 'a__set-cookie_ x'],
    ['folders', '../../etc/passwd', '.._.._etc_passwd'],
    ['what turns the direction of writing', 'a\u202egpj.exe', 'a_gpj.exe'],
  ])('leaves out %s', (_what, name, written) => {
    expect(attachment(name.replace(';', '_'))).toBe(`attachment; filename="${written}"`)
  })

  it('writes names in any script twice, once for old clients', () => {
    expect(attachment("caf\u00e9's.csv")).toBe(
      `attachment; filename="caf_'s.csv"; filename*=UTF-8''caf%C3%A9%27s.csv`,
    )
  })

  it('takes half of a character', () => {
    expect(attachment('a\ud800')).toBe(`attachment; filename="a_"; filename*=UTF-8''a%EF%BF%BD`)
  })
})
