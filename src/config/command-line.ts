import { isJsonObject, type JsonObject, type JsonValue } from '../http/json.ts'
import { fail, ok, type Result } from '../result.ts'
import type { ConfigFault } from './config-error.ts'
import { PROTOTYPE_FAULT } from './document.ts'
import { mergeDeep, nest } from './merge.ts'
import { isSettingName, parseSettingText } from './settings.ts'
import { isRootKey } from './unknown-keys.ts'

/** The two words after `--setting`. */
export type SettingArgument = readonly [name: string, value: string]

/**
 * Lays the `--setting` options over a configuration (host.md §7.1), the later over the earlier. A name is a
 * setting, or a path into the configuration whose value is JSON, or text where it is not. A name that means
 * nothing is a fault here; Datasette takes it in silence.
 */
export function applySettingArguments(
  config: JsonObject,
  args: readonly SettingArgument[],
): { readonly config: JsonObject; readonly faults: readonly ConfigFault[] } {
  const faults: ConfigFault[] = []
  let applied = config

  for (const [name, value] of args) {
    const part = readSettingArgument(name, value)
    if (part.ok) applied = mergeDeep(applied, part.value)
    else faults.push({ path: `--setting ${name}`, message: part.error })
  }
  return { config: applied, faults }
}

function readSettingArgument(name: string, value: string): Result<JsonObject, string> {
  const path = name.split('.')
  const [first = '', second] = path

  const setting = path.length === 1 ? first : first === 'settings' && path.length === 2 ? second : undefined
  if (setting !== undefined && isSettingName(setting)) {
    const parsed = parseSettingText(setting, value)
    return parsed.ok ? ok({ settings: { [setting]: parsed.value } }) : parsed
  }

  if (!isRootKey(first) || path.includes('')) return fail('unknown setting')
  if (path.includes('__proto__')) return fail(PROTOTYPE_FAULT)
  const nested = nest(path, jsonOrText(value))
  return isJsonObject(nested) ? ok(nested) : fail('unknown setting')
}

function jsonOrText(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    return text
  }
}
