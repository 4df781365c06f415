/** The scenario that reads signals beside the load. */
export const WATCHER = 'signals';
