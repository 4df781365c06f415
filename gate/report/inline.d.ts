/** See build/inline-bundle.mjs. */
declare module 'inline:*' {
  const text: string;
  export default text;
}
