/**
 * The ticket of the page on which a device is reviewed. What the device asks for stands in its row, which never changes;
 * deciding it once is the row's affair too.
 */
import { z } from 'zod'
import type { Result, Signer } from '../../../plugin.ts'
import type { UserCode } from './ids.ts'
import {
  branded,
  openPage,
  pageBindingShape,
  sealPage,
  type PageBinding,
  type TicketFailure,
  type TicketHolder,
} from './page-ticket.ts'
import { isUserCode } from './user-code.ts'

export type DeviceTicket = PageBinding & {
  /** The code that the page was opened with. It outlives the ticket by an hour, so that no other request can have it meanwhile. */
  readonly userCode: UserCode
}

/** Signs a ticket for the review page. It ends with the device's code. */
export function sealDeviceTicket(ticket: DeviceTicket, signer: Signer): string {
  return sealPage(ticket, 'tapedeck-oauth-device', signer)
}

/** Opens a posted ticket for the person who posted it. */
export function openDeviceTicket(
  text: string,
  signer: Signer,
  holder: TicketHolder,
): Result<DeviceTicket, TicketFailure<DeviceTicket>> {
  return openPage<DeviceTicket>(text, 'tapedeck-oauth-device', ticketSchema, signer, holder)
}

const ticketSchema = z.strictObject({
  ...pageBindingShape,
  userCode: branded(isUserCode),
})
