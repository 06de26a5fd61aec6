/** The provider's addresses, without the base URL. */
export const AUTHORIZE_PATH = '/-/oauth/authorize'
export const TOKEN_PATH = '/-/oauth/token'
export const REVOKE_PATH = '/-/oauth/revoke'
export const INTROSPECT_PATH = '/-/oauth/introspect'
export const DEVICE_PATH = '/-/oauth/device'
/** Where a person enters a device's code and decides. */
export const VERIFY_PATH = '/-/oauth/device/verify'
