import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn as spawnInTerminal, type IPty } from '@lydell/node-pty'

/** The program as a person starts it. */
export const PROGRAM = fileURLToPath(new URL('../../bin/tapedeck.js', import.meta.url))

/** How a command ended, and what it wrote. */
export type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

/** A person's account on a computer: where the command line keeps what it knows. */
export type Home = {
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  readonly remove: () => void
}

/** Makes a home in which nobody is signed in to anything. */
export function makeHome(env: Readonly<Record<string, string>> = {}): Home {
  const directory = mkdtempSync(join(tmpdir(), 'tapedeck-home-'))
  const path = process.env['PATH'] ?? ''
  return {
    directory,
    env: { HOME: directory, XDG_CONFIG_HOME: join(directory, 'config'), PATH: path, LANG: 'C.UTF-8', ...env },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** A command that runs without a terminal. */
export type RunningCommand = {
  readonly ended: Promise<Ended>
  /** What it has written to standard output so far. */
  readonly out: () => string
  /** Waits until this stands in what it has written to standard output. */
  readonly waitFor: (pattern: RegExp) => Promise<RegExpExecArray>
  readonly kill: (signal: NodeJS.Signals) => void
}

/** Starts `tapedeck` with these words, in a pipe. `input` comes to it on standard input. */
export function startCommand(home: Home, words: readonly string[], input = ''): RunningCommand {
  const child = spawn(process.execPath, [PROGRAM, ...words], { env: home.env, cwd: home.directory })
  const out = new Transcript()
  let err = ''
  child.stdout.on('data', (text: Buffer) => out.add(text.toString()))
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, out: out.text, err })))
  const waitFor = (pattern: RegExp) => out.waitFor(pattern, ended)
  return { ended, out: () => out.text, waitFor, kill: (signal) => child.kill(signal) }
}

/** Runs `tapedeck` to its end. */
export function runCommand(home: Home, words: readonly string[], input?: string): Promise<Ended> {
  return startCommand(home, words, input).ended
}

/** A command in a terminal, as a person sees it. */
export type TerminalSession = {
  /** Waits until something stands on the terminal, and gives what matched. */
  readonly waitFor: (pattern: RegExp) => Promise<RegExpExecArray>
  /** Everything that was written to the terminal, escape sequences included. */
  readonly screen: () => string
  readonly press: (keys: string) => void
  readonly exitCode: Promise<number>
}

/** Starts `tapedeck` in a pseudo-terminal. */
export function startInTerminal(
  home: Home,
  words: readonly string[],
  size = { cols: 100, rows: 50 },
): TerminalSession {
  const terminal: IPty = spawnInTerminal(process.execPath, [PROGRAM, ...words], {
    ...size,
    env: { ...home.env, TERM: 'xterm-256color' },
    cwd: home.directory,
  })
  const screen = new Transcript()
  terminal.onData((text) => screen.add(text))
  const exitCode = new Promise<number>((done) => terminal.onExit(({ exitCode: code }) => done(code)))
  return {
    screen: () => screen.text,
    press: (keys) => terminal.write(keys),
    exitCode,
    waitFor: (pattern) => screen.waitFor(pattern, exitCode),
  }
}

/** What a program has written so far, and who waits for something in it. */
class Transcript {
  text = ''
  readonly #waiting = new Set<() => void>()

  add(text: string): void {
    this.text += text
    for (const check of this.#waiting) check()
  }

  /** Waits until something matches; fails when the program ends without it. */
  waitFor(pattern: RegExp, end: Promise<unknown>): Promise<RegExpExecArray> {
    return new Promise((done, failed) => {
      const check = () => {
        const found = pattern.exec(this.text)
        if (found === null) return
        this.#waiting.delete(check)
        done(found)
      }
      this.#waiting.add(check)
      check()
      void end.then(() => failed(new Error(`the command ended without ${pattern.source}:\n${this.text}`)))
    })
  }
}

/** Ctrl-C, as a terminal sends it. */
export const CTRL_C = '\u0003'
