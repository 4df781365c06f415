/**
 * The session cookie as @supabase/ssr 0.7 writes it: `base64-` + base64url(JSON of the session), cut into chunks
 * `.0`, `.1`, … when longer than 3,180 characters.
 */
const CHUNK_LENGTH = 3180;
const PREFIX = 'base64-';

/** `sb-<project ref>-auth-token`, where the project ref is the first label of the Supabase host. */
export function sessionCookieName(supabaseHost: string): string {
  return `sb-${supabaseHost.split('.')[0]}-auth-token`;
}

/**
 * The cookies of a session, name and value.
 * @param encoded base64url (unpadded) of the session's JSON
 */
export function sessionCookies(name: string, encoded: string): [string, string][] {
  const value = PREFIX + encoded;
  if (value.length <= CHUNK_LENGTH) return [[name, value]];
  const chunks: [string, string][] = [];
  for (let at = 0; at < value.length; at += CHUNK_LENGTH) {
    chunks.push([`${name}.${chunks.length}`, value.slice(at, at + CHUNK_LENGTH)]);
  }
  return chunks;
}

/**
 * The session's value out of the cookies of a request, chunks joined; undefined when there is none. The value is
 * `base64-…` or plain JSON.
 */
export function sessionCookieValue(name: string, cookies: Readonly<Record<string, string>>): string | undefined {
  if (cookies[name] !== undefined) return cookies[name];
  let value = '';
  for (let index = 0; cookies[`${name}.${index}`] !== undefined; index++) value += cookies[`${name}.${index}`];
  return value === '' ? undefined : value;
}

/** The base64url part of a cookie value, or undefined when the value is plain JSON. */
export function encodedPart(value: string): string | undefined {
  return value.startsWith(PREFIX) ? value.slice(PREFIX.length) : undefined;
}
