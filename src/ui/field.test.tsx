import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'
import { Checkbox, SelectField, TextArea, TextField } from './field.tsx'

describe('TextField', () => {
  it('ties the control to its label, its error and its hint', async () => {
    const html = await htmlText(
      <TextField
        name="client_name"
        label="Name"
        hint="As people see it."
        error="A name is needed."
        value=""
      />,
    )
    expect(html).toContain('<label for="field-client_name">Name</label>')
    expect(html).toContain('id="field-client_name" name="client_name" aria-invalid="true"')
    expect(html).toContain('aria-describedby="field-client_name-error field-client_name-hint"')
    expect(html).toContain('<p class="field-error" id="field-client_name-error">A name is needed.</p>')
    expect(html).toContain('<p class="field-hint" id="field-client_name-hint">As people see it.</p>')
  })

  it('is where writing goes on only while it is wrong', async () => {
    const html = async (error: string | null) =>
      htmlText(<TextField name="n" label="N" value="" error={error} isFirstError />)
    expect(await html('A name is needed.')).toContain('autofocus')
    expect(await html(null)).not.toContain('autofocus')
  })

  it('does not call a value wrong that is not', async () => {
    const html = await htmlText(<TextField name="client_name" label="Name" error={null} value="x" />)
    expect(html).not.toContain('aria-invalid')
    expect(html).not.toContain('aria-describedby')
  })

  it('keeps a value inside its attribute', async () => {
    const html = await htmlText(<TextField name="q" label="Q" value={'" onfocus="alert(1)'} />)
    expect(html).toContain('value="&quot; onfocus=&quot;alert(1)"')
  })

  it('keeps browsers from correcting what machines read', async () => {
    const html = await htmlText(<TextField name="token" label="Token" value="" text="code" />)
    expect(html).toContain('spellcheck="false"')
    expect(html).toContain('autocapitalize="off"')
    expect(html).toContain('autocomplete="off"')
  })

  it('offers copying where nothing can be written', async () => {
    expect(await htmlText(<TextField name="t" label="Token" value="x" readOnly />)).toContain(
      'data-copy="Token"',
    )
    expect(await htmlText(<TextField name="t" label="Token" value="x" />)).not.toContain('data-copy')
  })
})

describe('TextArea', () => {
  it('cannot be closed from inside', async () => {
    const html = await htmlText(<TextArea name="uris" label="URIs" rows={3} value={'</textarea><b>'} />)
    expect(html).toContain('>&lt;/textarea&gt;&lt;b&gt;</textarea>')
  })

  it('keeps a first line that is empty', async () => {
    expect(await htmlText(<TextArea name="uris" label="URIs" rows={3} value={'\nhttps:'} />)).toContain(
      '>\n\nhttps:<',
    )
  })
})

describe('SelectField', () => {
  it('selects the value and nothing else', async () => {
    const options = [
      { value: '', label: 'Never' },
      { value: 'days', label: 'Days' },
    ]
    expect(await htmlText(<SelectField name="t" label="Type" value="days" options={options} />)).toContain(
      '<option value="">Never</option><option value="days" selected="">Days</option>',
    )
  })
})

describe('Checkbox', () => {
  it('makes the whole line the target', async () => {
    expect(
      await htmlText(
        <Checkbox name="scope_0" value="on" checked>
          Read
        </Checkbox>,
      ),
    ).toBe(
      '<label class="check"><input type="checkbox" name="scope_0" value="on" checked=""/><span class="check-text">Read</span></label>',
    )
  })

  it('says with the label why it cannot be ticked', async () => {
    const html = await htmlText(
      <Checkbox name="scope_0" value="on" checked={false} disabled note="You cannot do this yourself.">
        Read
      </Checkbox>,
    )
    expect(html).toContain('disabled=""')
    expect(html).not.toContain('checked')
    expect(html).toMatch(
      /<label .*Read<span class="check-note"> You cannot do this yourself\.<\/span>.*<\/label>/,
    )
  })
})
