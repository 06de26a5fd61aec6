/** How long an invitation can be used, in seconds: a week. */
export const INVITATION_TTL_SECONDS = 7 * 86_400
