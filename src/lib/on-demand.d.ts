/** Modules that are made when they are needed: see build/on-demand.mjs. */
declare module 'on-demand:*' {
  const load: () => unknown;
  export default load;
}

declare module 'afresh:*' {
  const load: () => unknown;
  export default load;
}
