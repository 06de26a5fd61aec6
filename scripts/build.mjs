// Builds `dist/`: TypeScript to JavaScript with the compiler, and the static files: those written by hand as they
// are, and the scripts of `src/browser/` in one file each with the packages that they use.
// The new directory replaces the old one when it is complete: a server that runs from `dist/` goes on starting
// its child processes from there, and a build that fails leaves what was.
import { spawnSync } from 'node:child_process'
import { cpSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleBrowserCode } from './bundle-browser-code.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const building = `${root}dist-building-${process.pid}`

try {
  const compiler = `${root}node_modules/typescript/bin/tsc`
  const args = [compiler, '-p', `${root}tsconfig.build.json`, '--outDir', building]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status === 0) {
    cpSync(`${root}src/static`, `${building}/static`, { recursive: true })
    await bundleBrowserCode(root, `${building}/static`)
    rmSync(`${root}dist`, { recursive: true, force: true })
    renameSync(building, `${root}dist`)
  } else {
    process.exitCode = 1
  }
} finally {
  rmSync(building, { recursive: true, force: true })
}
