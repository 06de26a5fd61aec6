import type { AppContext, Route } from '../../../plugin.ts'
import { answerJson } from './json-answer.ts'

/** What every part of the device flow answers while it is off (host.md §13.1), before asking who asks. */
export const answerDeviceFlowOff = (c: AppContext): Response =>
  answerJson(c, { error: 'Device flow is not enabled' }, 403)

/** The addresses of the device flow while it is off. */
export function deviceOffRoutes(): readonly Route[] {
  const off = { allow: { who: 'anyone' }, refuse: answerDeviceFlowOff, handle: answerDeviceFlowOff } as const
  return [
    { method: 'POST', path: '/-/oauth/device', ...off },
    { method: 'GET', path: '/-/oauth/device/verify', ...off },
    { method: 'POST', path: '/-/oauth/device/verify', ...off },
  ]
}
