/** The provider's addresses, without the base URL. */
export const AUTHORIZE_PATH = '/-/oauth/authorize'
export const TOKEN_PATH = '/-/oauth/token'
export const REVOKE_PATH = '/-/oauth/revoke'
export const INTROSPECT_PATH = '/-/oauth/introspect'
/** Where people take back what they gave, and where it is managed for all. */
export const APPS_PATH = '/-/oauth/apps'
export const GRANTS_PATH = '/-/oauth/grants'
/** The same for those whom it concerns: what happened with the access that they gave. */
export const HISTORY_PATH = '/-/oauth/history'
/** What happened with apps. */
export const OAUTH_AUDIT_PATH = '/-/oauth/audit'
export const DEVICE_PATH = '/-/oauth/device'
/** Where a person enters a device's code and decides. */
export const VERIFY_PATH = '/-/oauth/device/verify'
/** Where apps that nobody here registered are deleted. */
export const UNVOUCHED_PATH = '/-/oauth/unvouched'
export const REGISTER_PATH = '/-/oauth/register'
/** Where the trial of an app comes back to. */
export const TRY_PATH = '/-/oauth/try'
