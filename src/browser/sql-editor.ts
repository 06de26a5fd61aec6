import { autocompletion, closeBrackets, completionKeymap, type Completion } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { SQLite, sql } from '@codemirror/lang-sql'
import { bracketMatching, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { fetchTableColumns, type TableColumns } from './editor/table-columns.ts'
import { highlighting, theme } from './editor/theme.ts'
import { button, element } from './elements.ts'

/**
 * Puts an editor in the place of the text area inside `field`, which stays in the form and always holds the same text.
 *
 * The editor lives in a shadow tree, because there it takes its styles as constructed sheets, which the content security
 * policy allows; elsewhere it would write a `<style>` element. Tab is left alone, so the keyboard goes on from here.
 * `format` lays a statement out; it rejects for text that it cannot read.
 */
export function mountSqlEditor(field: HTMLElement, format: (sql: string) => Promise<string>): void {
  const textArea = field.querySelector('textarea')
  if (textArea === null) return
  const host = element('div', { class: isInvalid(field) ? 'sql-editor sql-editor-invalid' : 'sql-editor' })
  textArea.after(host)
  const view = new EditorView({
    root: host.attachShadow({ mode: 'open' }),
    state: EditorState.create({
      doc: textArea.value,
      selection: cursorOf(textArea),
      extensions: extensionsFor(field, textArea),
    }),
  })
  host.shadowRoot?.append(view.dom)
  // Who began to write while the editor was on its way goes on in it.
  if (document.activeElement === textArea) view.focus()
  textArea.hidden = true
  field.querySelector('label')?.addEventListener('click', () => view.focus())
  textArea.form?.querySelector('.actions')?.append(...formatButton(view, format))
  requireText(textArea, view)
}

/** Where somebody writes in the text area. The editor counts every line break as one character, as the text area does. */
function cursorOf({ selectionStart, selectionEnd }: HTMLTextAreaElement) {
  return { anchor: selectionStart, head: selectionEnd }
}

function extensionsFor(field: HTMLElement, textArea: HTMLTextAreaElement): Extension {
  const language = new Compartment()
  const run = () => {
    textArea.form?.requestSubmit()
    return true
  }
  const lines = Math.max(textArea.rows, 2)
  return [
    // Before the keys of the editor, among which is another use of Enter.
    keymap.of([{ key: 'Mod-Enter', run }]),
    history(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false }),
    keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    language.of(languageWith({})),
    completeNames(language, field.dataset['sqlField'] ?? ''),
    EditorView.lineWrapping,
    writeOverSelection,
    EditorView.contentAttributes.of(naming(field)),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) textArea.value = update.state.doc.toString()
    }),
    theme,
    EditorView.theme({ '.cm-content': { minHeight: `${lines * 1.5 + 1}em` } }),
    syntaxHighlighting(highlighting),
  ]
}

/**
 * Writes over a selection before the browser does. Chromium would carry the colours of what was selected over to the new
 * letters as a style attribute, which the content security policy blocks and reports.
 */
const writeOverSelection = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { from, to, empty } = view.state.selection.main
    const text = event.inputType === 'insertText' && !event.isComposing ? event.data : null
    if (text === null || empty) return false
    event.preventDefault()
    const insert = () =>
      view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true })
    // Others may have a use for it: an opening bracket goes around what is selected.
    const handlers = view.state.facet(EditorView.inputHandler)
    if (!handlers.some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert())
    return true
  },
})

function languageWith(names: TableColumns): Extension {
  const schema = Object.fromEntries(
    Object.entries(names).map(([table, columns]) => [
      table,
      { self: nameToComplete(table), children: columns.map(nameToComplete) },
    ]),
  )
  return sql({ dialect: SQLite, schema })
}

/** A name that is a word of SQL as well is completed in quotes. */
function nameToComplete(name: string): Completion {
  const isKeyword = SQLite.language.parser.parse(name).topNode.firstChild?.firstChild?.name === 'Keyword'
  return { label: name, type: 'property', ...(isKeyword && { apply: `"${name}"` }) }
}

/** Fetches the names of tables and columns when somebody begins to write, and not before: there may be very many. */
function completeNames(language: Compartment, address: string): Extension {
  let isAsked = address === ''
  return EditorView.domEventHandlers({
    focus: (_event, view) => {
      if (isAsked) return
      isAsked = true
      fetchTableColumns(address).then(
        (names) => view.dispatch({ effects: language.reconfigure(languageWith(names)) }),
        // Writing works without them; the next time is another try.
        () => (isAsked = false),
      )
    },
  })
}

/** The label, error and hint of the text area, as text: an id in the page names nothing inside the shadow tree. */
function naming(field: HTMLElement): Record<string, string> {
  const textOf = (selector: string) => field.querySelector(selector)?.textContent.trim() ?? ''
  const description = [textOf('.field-error'), textOf('.field-hint'), 'Control and Enter run it.']
  return {
    'aria-label': textOf('label'),
    'aria-description': description.filter(Boolean).join(' '),
    ...(isInvalid(field) && { 'aria-invalid': 'true' }),
  }
}

function isInvalid(field: HTMLElement): boolean {
  return field.querySelector('textarea[aria-invalid=true]') !== null
}

/** A hidden text area cannot ask to be filled in, so the editor does. */
function requireText(textArea: HTMLTextAreaElement, view: EditorView): void {
  textArea.required = false
  const check = (event: Event) => {
    if (textArea.value.trim() !== '') return
    event.preventDefault()
    view.focus()
  }
  textArea.form?.addEventListener('submit', check, { capture: true })
}

function formatButton(view: EditorView, format: (sql: string) => Promise<string>): readonly HTMLElement[] {
  const status = element('span', { class: 'format-status', role: 'status' })
  const press = button('Format SQL', 'button button-plain', async () => {
    const before = view.state.doc.toString()
    const formatted = await format(before).catch(() => null)
    status.textContent = formatted === null ? 'This cannot be laid out as it stands.' : ''
    // What was written since must not be lost.
    if (formatted === null || view.state.doc.toString() !== before) return
    view.dispatch({ changes: { from: 0, to: before.length, insert: formatted } })
  })
  return [press, status]
}
