/**
 * Chance that can be repeated: every VU draws from its own stream, made from SEED and the VU's number.
 */
import exec from 'k6/execution';
import { config } from './config.ts';

let state = 0;

/** A number in [0, 1). Mulberry32: 32 bits of state, good enough for journeys and pauses, and cheap. */
export function random(): number {
  if (state === 0) state = (Math.imul(config.seed, 0x9e3779b1) ^ Math.imul(exec.vu.idInTest, 0x85ebca6b)) | 1;
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

/** True in this share (0..1) of calls. */
export function chance(share: number): boolean {
  return random() < share;
}

/** A number spread evenly over [from, to). */
export function between(from: number, to: number): number {
  return from + random() * (to - from);
}

/** One of these. */
export function oneOf<T>(items: ArrayLike<T>): T {
  return items[Math.floor(random() * items.length)]!;
}

/** A draw from the normal distribution (Box–Muller). */
export function normal(mean: number, deviation: number): number {
  return mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * A chooser among named things by per cent.
 * @throws RangeError when the shares don't add up to 100
 */
export function mix<K extends string>(shares: Readonly<Record<K, number>>): () => K {
  const entries = Object.entries<number>(shares) as [K, number][];
  const sum = entries.reduce((total, [, share]) => total + share, 0);
  if (sum !== 100)
    throw new RangeError(
      `A mix must add up to 100 per cent, and ${entries.map(([name]) => name).join(', ')} add up to ${sum}.`,
    );
  return () => {
    let left = random() * 100;
    for (const [name, share] of entries) {
      left -= share;
      if (left < 0) return name;
    }
    return entries.at(-1)![0];
  };
}
