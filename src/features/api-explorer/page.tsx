import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { Tag } from '../../ui/tag.tsx'

/** An endpoint as a line of the list. */
export type EndpointLine = {
  readonly label: string
  readonly method: 'GET' | 'POST'
  /** The address, ready for a link. */
  readonly address: string
  /** This page with the endpoint in its form, ready for a link. */
  readonly tryPath: string
}

export type ApiPageProps = {
  /** What the endpoints are about: the server, a database, a table. */
  readonly about: string
  readonly endpoints: readonly EndpointLine[]
  /** The endpoint in the form. */
  readonly chosen: {
    readonly label: string
    readonly method: 'GET' | 'POST'
    readonly address: string
    /** As JSON text; empty for a GET. */
    readonly body: string
    /** The same as a command. */
    readonly command: string
  }
  /** Databases, or tables, whose endpoints are one step further. */
  readonly further: readonly { readonly label: string; readonly path: string }[]
  readonly furtherTitle: string
}

/** Every address of the API that the reader may use, and a form that sends something there. */
export function ApiPage(props: ApiPageProps): JSX.Element {
  const { about, chosen, endpoints, further } = props
  return (
    <>
      <h1>API explorer</h1>
      <p class="lead">The addresses of the API that you may use, with examples to try.</p>
      <section>
        <h2>{chosen.label}</h2>
        <form class="api-form" data-api hidden>
          <SelectField
            name="method"
            label="Method"
            value={chosen.method}
            options={[
              { value: 'GET', label: 'GET' },
              { value: 'POST', label: 'POST' },
            ]}
          />
          <TextField name="path" label="Path" value={chosen.address} text="code" required />
          <TextArea name="json" label="JSON to send with a POST" value={chosen.body} rows={8} text="code" />
          <div class="actions">
            <Button kind="primary">Send</Button>
          </div>
          <div data-api-answer role="status" />
        </form>
        <p class="explain">
          On a command line, with an API token in <code>TOKEN</code>:
        </p>
        <CodeBlock label="the curl command" text={chosen.command} />
      </section>
      <section>
        <h2>
          Addresses of <bdi>{about}</bdi>
        </h2>
        <ul class="rows">
          {endpoints.map(({ label, method, address, tryPath }) => (
            <li>
              <span>
                <Tag kind={method === 'GET' ? 'neutral' : 'warning'}>{method}</Tag>{' '}
                {method === 'GET' ? (
                  <a href={address}>
                    <code>{address}</code>
                  </a>
                ) : (
                  <code>{address}</code>
                )}
              </span>
              <a href={tryPath}>{label}</a>
            </li>
          ))}
        </ul>
      </section>
      {further.length > 0 && (
        <section>
          <h2>{props.furtherTitle}</h2>
          <ul class="column-choices plain-list">
            {further.map(({ label, path }) => (
              <li>
                <a href={path}>
                  <bdi>{label}</bdi>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
