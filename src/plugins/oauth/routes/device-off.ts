import type { AppContext, Route } from '../../../plugin.ts'
import { answerJson } from './json-answer.ts'
import { DEVICE_PATH, VERIFY_PATH } from './paths.ts'

/** What every part of the device flow answers while it is off (host.md §13.1), before asking who asks. */
export const answerDeviceFlowOff = (c: AppContext): Response =>
  answerJson(c, { error: 'Device flow is not enabled' }, 403)

/** The addresses of the device flow while it is off. */
export function deviceOffRoutes(): readonly Route[] {
  const off = { allow: { who: 'anyone' }, refuse: answerDeviceFlowOff, handle: answerDeviceFlowOff } as const
  return [
    { method: 'POST', path: DEVICE_PATH, ...off },
    { method: 'GET', path: VERIFY_PATH, ...off },
    { method: 'POST', path: VERIFY_PATH, ...off },
  ]
}
