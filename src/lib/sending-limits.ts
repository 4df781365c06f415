/** A request that takes longer has failed: three times the slowest limit of the checklist. */
export const TIMEOUT_SECONDS = 30;
/** Most requests that one user sends at the same moment. */
export const MOST_AT_ONCE = 30;
