import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5'
import { jsx, type Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { parseLocalPath } from '../http/local-path.ts'
import { isWebAddress } from '../http/web-address.ts'

export type DescriptionProps = {
  /** Null for nothing, as an empty text. */
  readonly text: string | null
  /** Stands in place of the text. */
  readonly html: string | null
}

/** What the configuration or the metadata say about a thing, as text or as HTML; nothing when nothing is said. */
export function Description({ text, html }: DescriptionProps): JSX.Element {
  if (html !== null && html !== '') return <div class="lead description">{safeMarkup(html)}</div>
  return text === null || text === '' ? <></> : <p class="lead">{text}</p>
}

/**
 * HTML that somebody wrote, built anew from what is harmless in it: the elements below without their attributes, and
 * links to web addresses and to paths of this site. Other elements leave their content, those that are no text leave
 * nothing. Every text is escaped on the way out, as all text of a page is.
 */
function safeMarkup(html: string): Child {
  return parseFragment(html).childNodes.map(safeNode)
}

type Node = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element

const KEPT = names(
  'p div span br hr blockquote pre ul ol li dl dt dd table caption thead tbody tfoot tr th td',
  'a abbr b code del em i ins kbd mark s small strong sub sup u',
)

/** A description stands below the heading of its page. */
const HEADING = /^h[1-6]$/u

/** Their content is code, or a page of its own, or shown by nothing but them. */
const DROPPED = names(
  'script style template noscript title textarea select svg math',
  'iframe frame frameset noframes object embed noembed xmp plaintext',
)

function safeNode(node: Node): Child {
  if (node.nodeName === '#text' && 'value' in node) return node.value
  return 'tagName' in node ? safeElement(node) : null
}

function safeElement(element: Element): Child {
  const { tagName } = element
  if (DROPPED.has(tagName)) return null
  const children = element.childNodes.map(safeNode)
  if (HEADING.test(tagName)) return <h2>{children}</h2>
  if (tagName === 'br') return <br />
  if (tagName === 'hr') return <hr />
  return KEPT.has(tagName) ? jsx(tagName, attributesOf(element), <>{children}</>) : <>{children}</>
}

function attributesOf({ tagName, attrs }: Element): Readonly<Record<string, string>> {
  const href = attrs.find(({ name }) => name === 'href')?.value.trim() ?? ''
  if (tagName !== 'a') return {}
  if (isWebAddress(href)) return { href, rel: 'nofollow noopener noreferrer' }
  return parseLocalPath(href) === null ? {} : { href }
}

function names(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')))
}
