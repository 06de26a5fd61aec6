// Prints "N passed, N failed" for a Vitest JSON report and exits with 1 when a test failed or none ran.
//   node count.mjs REPORT STATUS    (STATUS: how the test run itself exited)
import { readFileSync } from 'node:fs'

const [file, status] = process.argv.slice(2)
const { passed, failed } = count(file)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

function count(file) {
  const text = readFileSync(file, 'utf8')
  if (text === '') return { passed: 0, failed: 1 } // the run ended before it could report: a failed build, say

  const report = JSON.parse(text)
  const passed = report.numPassedTests
  // A file that cannot be loaded holds no failed test, but it is a failure.
  const broken = report.testResults.filter(
    (one) => one.status === 'failed' && !one.assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = report.numFailedTests + broken.length
  // Errors outside any test fail the run without failing a test.
  return { passed, failed: failed === 0 && status !== '0' ? 1 : failed }
}
