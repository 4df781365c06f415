/** The platform can't start, and the person who started it can do something about it. One line. */
export class StartError extends Error {}
