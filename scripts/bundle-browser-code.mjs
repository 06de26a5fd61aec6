import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

/** The script of every page, and the modules that it loads where they are used. */
const BUNDLES = ['tapedeck', 'sql-editor', 'format-sql', 'chart']

/** Writes the scripts of `src/browser/` into `directory`, and the licences of the packages inside them. */
export async function bundleBrowserCode(root, directory) {
  const licences = new Map()
  for (const name of BUNDLES) {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [`src/browser/${name}.ts`],
      outfile: `${directory}/${name}.js`,
      tsconfig: 'src/browser/tsconfig.json',
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      legalComments: 'none',
      banner: { js: '/* The licences of packages in this file: licenses.txt */' },
      metafile: true,
      logLevel: 'warning',
    })
    for (const path of Object.keys(metafile.inputs)) {
      const [packagePath] = /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []
      if (packagePath !== undefined) licences.set(packagePath, licenceOf(root, packagePath))
    }
  }
  writeFileSync(`${directory}/licenses.txt`, [...licences.values()].join('\n\n'))
}

/** The name of a package and the text of its licence, which has to go where its code goes. */
function licenceOf(root, packagePath) {
  const directory = `${root}${packagePath}/`
  const [file] = globSync('LICEN[CS]E*', { cwd: directory })
  if (file === undefined) throw new Error(`there is no licence in ${packagePath}`)
  return `${packagePath.replace('node_modules/', '')}\n\n${readFileSync(directory + file, 'utf8').trim()}\n`
}
