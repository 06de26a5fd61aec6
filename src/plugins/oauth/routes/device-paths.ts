/** The page where a person enters a device's code and decides, without the base URL. */
export const VERIFY_PATH = '/-/oauth/device/verify'
