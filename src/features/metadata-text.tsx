import type { JSX } from 'hono/jsx/jsx-runtime'
import type { JsonObject } from '../http/json.ts'
import { isWebAddress } from '../http/web-address.ts'
import { Description } from './description.tsx'

/** The title that the metadata give to a page, or null. */
export function metadataTitle(metadata: JsonObject): string | null {
  return text(metadata['title'])
}

/** What the metadata say about the data: description, source, licence. Nothing when they say nothing. */
export function MetadataText({ metadata }: { readonly metadata: JsonObject }): JSX.Element {
  const credits = [
    { label: 'Source', name: text(metadata['source']), address: text(metadata['source_url']) },
    { label: 'Licence', name: text(metadata['license']), address: text(metadata['license_url']) },
    { label: 'About', name: text(metadata['about']), address: text(metadata['about_url']) },
  ].filter(({ name, address }) => name !== null || address !== null)
  return (
    <>
      <Description text={text(metadata['description'])} html={text(metadata['description_html'])} />
      {credits.length > 0 && (
        <p class="fine-print">
          {credits.map(({ label, name, address }) => (
            <span>
              {label}:{' '}
              {address !== null && isWebAddress(address) ? (
                <a href={address}>{name ?? address}</a>
              ) : (
                (name ?? address)
              )}
            </span>
          ))}
        </p>
      )}
    </>
  )
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
