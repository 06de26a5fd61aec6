/** Addresses of this plugin, without the base URL. */
export const SIGN_IN_PATH = '/-/passwords/sign-in'
export const CHANGE_PASSWORD_PATH = '/-/passwords/change'
/** With `token` in the query. */
export const INVITATION_PATH = '/-/passwords/invitation'
