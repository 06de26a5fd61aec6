#!/usr/bin/env node
// Runs the built program under a Node that is new enough: this one, or the one in node_modules.
// Written for old versions of Node, whose job it is to get this far.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const program = join(root, 'dist', 'bin.js')

/** The version of Node that package.json asks for, as numbers. It is written `>=24.15.0`. */
function wantedVersion() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return numbersOf(engines.node)
}

function numbersOf(version) {
  return version.match(/\d+/g).map(Number)
}

function isAtLeast(version, wanted) {
  const different = wanted.findIndex((number, place) => version[place] !== number)
  return different === -1 || version[different] > wanted[different]
}

/** The Node of the npm package `node`, a development dependency; null where it is not installed. */
function installedNode() {
  try {
    const directory = dirname(createRequire(import.meta.url).resolve('node/package.json'))
    const node = join(directory, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(node) ? node : null
  } catch {
    return null
  }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}

/** Runs the program as a child, which gets this process's signals and ends when this process ends. */
function runWith(node) {
  // The channel ('ipc') carries no messages. It closes when this process dies, by whatever signal, and the
  // program then stops.
  const child = spawn(node, [program, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  const signals = ['SIGTERM', 'SIGINT']
  for (const signal of signals) process.on(signal, () => child.kill(signal))

  child.on('error', (error) => fail(`${node} cannot be started: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    // Ended by a signal: end the same way, so that whoever waits for this process sees it.
    for (const name of signals) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}

const wanted = wantedVersion()
if (!existsSync(program)) {
  fail('Tapedeck is not built yet. Run "npm run build" first.')
} else if (isAtLeast(numbersOf(process.versions.node), wanted)) {
  await import('../dist/bin.js')
} else {
  const node = installedNode()
  if (node === null) {
    fail(
      `Tapedeck needs Node ${wanted[0]} or newer (${wanted.join('.')}); this is Node ${process.versions.node}.`,
    )
  } else {
    runWith(node)
  }
}
