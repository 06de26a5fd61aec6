/** The provider's addresses, without the base URL. */
export const AUTHORIZE_PATH = '/-/oauth/authorize'
export const TOKEN_PATH = '/-/oauth/token'
export const DEVICE_PATH = '/-/oauth/device'
/** Where a person enters a device's code and decides. */
export const VERIFY_PATH = '/-/oauth/device/verify'
export const REGISTER_PATH = '/-/oauth/register'
/** Where the trial of an app comes back to. */
export const TRY_PATH = '/-/oauth/try'
