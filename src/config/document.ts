import { readFileSync } from 'node:fs'
import { parseDocument, type DocumentOptions, type ParseOptions, type SchemaOptions } from 'yaml'
import { z } from 'zod'
import type { JsonObject } from '../http/json.ts'
import { fail, ok, type Result } from '../result.ts'
import type { ConfigFault } from './config-error.ts'

const documentSchema = z.record(z.string(), z.json())

const WITHOUT_JSON_COUNTERPART = new Set(
  ['timestamp', 'binary', 'omap', 'pairs', 'set'].map((name) => `tag:yaml.org,2002:${name}`),
)

/**
 * Datasette reads YAML 1.1, where `yes`, `no`, `on` and `off` are true and false. Its types that JSON does not
 * have are left out: a date stays text.
 */
const YAML_OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  customTags: (tags) =>
    tags.filter((tag) => typeof tag === 'string' || !WITHOUT_JSON_COUNTERPART.has(tag.tag)),
}

/** Reads a configuration or metadata file, JSON or YAML (host.md §5.1). An empty file is an empty mapping. */
export function readDocument(file: string): Result<JsonObject, ConfigFault> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return fail({ path: file, message: `cannot be read: ${readProblem(error)}` })
  }
  const parsed = parseDocumentText(text)
  return parsed.ok ? parsed : fail({ path: file, message: parsed.error })
}

/** Parses the text of such a file. The failure names the line where it goes wrong. */
export function parseDocumentText(text: string): Result<JsonObject, string> {
  const content = parseJsonOrYaml(text)
  if (!content.ok) return content
  if (namesPrototype(content.value)) return fail(PROTOTYPE_FAULT)

  const checked = documentSchema.safeParse(content.value ?? {})
  return checked.success ? ok(checked.data) : fail('expected a mapping of names to values')
}

/** What is said of a name that JavaScript keeps for itself. */
export const PROTOTYPE_FAULT = '__proto__ cannot be used as a name'

/** Schemas drop this name in silence, and with it the rule that somebody wrote for it. */
function namesPrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(namesPrototype)
}

function parseJsonOrYaml(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text))
  } catch {
    const document = parseDocument(text, YAML_OPTIONS)
    const [problem] = [...document.errors, ...document.warnings]
    if (problem !== undefined) return fail(`is neither JSON nor YAML: ${firstLine(problem.message)}`)
    try {
      return ok(document.toJS())
    } catch (error) {
      // An alias that names no anchor, or one of the kind that grows without end.
      return fail(`is neither JSON nor YAML: ${firstLine(String(error))}`)
    }
  }
}

function firstLine(message: string): string {
  return message.replace(/^\w*Error: /, '').replace(/:?\n[\s\S]*$/, '')
}

function readProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  switch (code) {
    case 'ENOENT':
      return 'there is no such file'
    case 'EISDIR':
      return 'it is a directory'
    case 'EACCES':
      return 'permission denied'
    default:
      return String(code)
  }
}
