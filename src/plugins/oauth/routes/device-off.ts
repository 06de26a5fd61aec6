import { wantsPage, type AppContext, type PluginHost, type Route } from '../../../plugin.ts'
import { answerJson } from './json-answer.ts'
import { DEVICE_PATH, VERIFY_PATH } from './paths.ts'
import { answerProblem } from './problem.tsx'

const ERROR = 'Device flow is not enabled'

/** What every part of the device flow answers a program while it is off (host.md §13.1), before asking who asks. */
export const answerDeviceFlowOff = (c: AppContext): Response => answerJson(c, { error: ERROR }, 403)

/** The addresses of the device flow while it is off. */
export function deviceOffRoutes(host: PluginHost): readonly Route[] {
  const answer = (c: AppContext) => (wantsPage(c.req.raw) ? tellPerson(host, c) : answerDeviceFlowOff(c))
  const off = { allow: { who: 'anyone' }, refuse: answer, handle: answer } as const
  return [
    { method: 'POST', path: DEVICE_PATH, ...off, refuse: answerDeviceFlowOff, handle: answerDeviceFlowOff },
    { method: 'GET', path: VERIFY_PATH, ...off },
    { method: 'POST', path: VERIFY_PATH, ...off },
  ]
}

function tellPerson(host: PluginHost, c: AppContext): Promise<Response> {
  return answerProblem(host, c, {
    status: 403,
    error: ERROR,
    heading: 'Devices cannot be let in here',
    what: 'This site has the device flow switched off. Nothing was given to any device.',
    next: 'The owner of the site can switch it on: enable_device_flow: true under datasette-oauth.',
    code: null,
  })
}
