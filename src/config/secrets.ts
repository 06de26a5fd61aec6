import { readFileSync } from 'node:fs'
import { isJsonList, type JsonValue } from '../http/json.ts'
import { fail, ok, type Result } from '../result.ts'
import { formatConfigPath, type ConfigFault } from './config-error.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Puts secrets into the configuration of a plugin: anywhere inside it, `{"$env": "NAME"}` becomes the value of
 * an environment variable and `{"$file": "PATH"}` the whole text of a file (host.md §5.1). An object with
 * further keys is left alone. A secret that cannot be had is a fault, since a plugin without its secret would
 * fail later and more quietly.
 */
export function resolveSecrets(
  value: JsonValue,
  path: readonly string[],
  env: Environment,
): { readonly value: JsonValue; readonly faults: readonly ConfigFault[] } {
  const faults: ConfigFault[] = []

  const resolve = (value: JsonValue, path: readonly string[]): JsonValue => {
    if (isJsonList(value)) return value.map((item, index) => resolve(item, [...path, String(index)]))
    if (typeof value !== 'object' || value === null) return value

    const entries = Object.entries(value)
    const secret = entries.length === 1 ? readSecret(entries[0], env) : null
    if (secret === null)
      return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, [...path, key])]))
    if (secret.ok) return secret.value

    faults.push({ path: formatConfigPath(path), message: secret.error })
    return null
  }

  return { value: resolve(value, path), faults }
}

/** The secret that a single entry names, or null when it names none. */
function readSecret(
  entry: readonly [string, JsonValue] | undefined,
  env: Environment,
): Result<string, string> | null {
  if (entry === undefined) return null
  const [source, name] = entry
  if (source === '$env') return fromEnvironment(name, env)
  return source === '$file' ? fromFile(name) : null
}

function fromEnvironment(name: JsonValue, env: Environment): Result<string, string> {
  if (typeof name !== 'string') return fail('expected the name of a variable after $env')
  const text = Object.hasOwn(env, name) ? env[name] : undefined
  return text === undefined ? fail(`the environment variable ${name} is not set`) : ok(text)
}

function fromFile(file: JsonValue): Result<string, string> {
  if (typeof file !== 'string') return fail('expected the path of a file after $file')
  try {
    return ok(readFileSync(file, 'utf8'))
  } catch {
    return fail(`the file ${file} cannot be read`)
  }
}

/** `Array.isArray` does not narrow a readonly array. */
