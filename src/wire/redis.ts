/**
 * Redis' protocol (RESP 2), as much of it as asking for INFO, SCAN and TTL takes. Texts are bytes, one a character
 * (latin1): a key may hold any.
 */
import { printable } from './plain-text.ts';

/** An error is what Redis refuses, or what is no answer of Redis at all. Nothing (nil) is ''. */
export type RedisReply = string | Error | RedisReply[];

/** Replies to what is asked here are lists of lists at most. */
const DEEPEST = 4;

/** A command as it is sent. */
export function redisCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** The words behind AUTH. @param username @param password as they stand in a URL, percent-encoded */
export function redisCredentials(username: string, password: string): string[] {
  return [username, password]
    .filter((word) => word !== '')
    .map((word) => word.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
}

/** The reply that begins at this place, and where it ends; undefined while it has not come whole. */
export function redisReplyAt(text: string, at: number, depth = 0): { reply: RedisReply; end: number } | undefined {
  const lineEnd = text.indexOf('\r\n', at);
  if (lineEnd < 0) return undefined;
  const kind = text[at];
  const line = text.slice(at + 1, lineEnd);
  const after = lineEnd + 2;
  const strange = { reply: new Error('it answers something else than Redis does'), end: text.length };
  if (kind === '+' || kind === ':') return { reply: line, end: after };
  if (kind === '-') return { reply: new Error(`it refuses: ${printable(line)}`), end: after };
  if (!/^(?:-1|\d{1,9})$/.test(line)) return strange;
  const length = Number(line);
  if (length < 0) return { reply: '', end: after };
  if (kind === '$') {
    const end = after + length;
    return text.length < end + 2 ? undefined : { reply: text.slice(after, end), end: end + 2 };
  }
  if (kind !== '*' || depth === DEEPEST) return strange;
  const items: RedisReply[] = [];
  let end = after;
  for (let item = 0; item < length; item++) {
    const read = redisReplyAt(text, end, depth + 1);
    if (!read || read.reply instanceof Error) return read;
    items.push(read.reply);
    end = read.end;
  }
  return { reply: items, end };
}
