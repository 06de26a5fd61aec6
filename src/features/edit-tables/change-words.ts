import { isList, writeExactJson, type ExactJson, type ExactObject } from '../../http/exact-json.ts'
import type { SentenceProps } from '../../ui/sentence.tsx'

type Parts = SentenceProps['parts']

/** One operation as the body of an alter has it (host.md §10.6). */
export type SentOperation = { readonly op: string; readonly args: ExactObject }

/** An operation as a sentence, for whoever is asked whether it shall happen. */
export function changeWords({ op, args }: SentOperation): Parts {
  const name = (key: string) => ({ name: plain(args[key] ?? null) })
  const text = (words: string) => ({ text: words })
  switch (op) {
    case 'add_column':
      return [text('Add the column '), name('name'), text(`: ${columnWords(args)}.`)]
    case 'drop_column':
      return [text('Delete the column '), name('name'), text(' with all its values.')]
    case 'alter_column':
      return [text('Change the column '), name('name'), text(`: ${columnWords(args)}.`)]
    case 'rename_column':
      return [text('Rename the column '), name('name'), text(' to '), name('to'), text('.')]
    case 'rename_table':
      return [text('Rename the table to '), name('to'), text('.')]
    case 'set_primary_key':
      return [text('Make this the primary key: '), ...names(args['columns']), text('.')]
    case 'reorder_columns':
      return [text('Put the columns in this order: '), ...names(args['columns']), text('.')]
    case 'add_foreign_key':
      return [
        text('The column '),
        name('column'),
        text(' refers to the table '),
        name('fk_table'),
        ...(args['fk_column'] === undefined ? [] : [text(', by its column '), name('fk_column')]),
        text('.'),
      ]
    case 'drop_foreign_key':
      return [text('The column '), name('column'), text(' no longer refers to another table.')]
    default:
      return [text(op)]
  }
}

const TYPE_WORDS: ReadonlyMap<ExactJson, string> = new Map<ExactJson, string>([
  ['text', 'text'],
  ['integer', 'whole numbers'],
  ['float', 'numbers with fractions'],
  ['blob', 'bytes'],
])

function columnWords(args: ExactObject): string {
  const { type, not_null: notNull, default: value, default_expr: expression } = args
  return [
    ...(type === undefined ? [] : [`it holds ${TYPE_WORDS.get(type) ?? plain(type)}`]),
    ...(notNull === undefined ? [] : [notNull === true ? 'it must have a value' : 'it may be empty']),
    ...(value === undefined
      ? []
      : [value === null ? 'it has no default' : `its default is ${quoted(value)}`]),
    ...(expression === undefined ? [] : [`its default is ${plain(expression)}`]),
  ].join(', ')
}

function names(list: ExactJson | undefined): Parts {
  const all = isList(list) ? list : []
  return all.flatMap((each, place) => [...(place === 0 ? [] : [{ text: ', ' }]), { name: plain(each) }])
}

const plain = (value: ExactJson): string => (typeof value === 'string' ? value : writeExactJson(value, 0))

const quoted = (value: ExactJson): string => (typeof value === 'string' ? `“${value}”` : plain(value))
