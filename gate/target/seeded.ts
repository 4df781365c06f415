/** Ids and random numbers that follow from a name, so that a row is the same whenever and in whatever order it is made. */
import { createHash } from 'node:crypto';

/**
 * A UUID that follows from the name. It carries version 4, which every validator takes: the digest stands in for the
 * random bits.
 */
export function idFrom(name: string): string {
  const hex = createHash('sha256').update(`launchgate ${name}`).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** A stream of numbers in [0, 1) that follows from the name (mulberry32 over the name's digest). */
export function randomFrom(name: string): () => number {
  let state = createHash('sha256').update(name).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function oneOf<T>(random: () => number, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!;
}
