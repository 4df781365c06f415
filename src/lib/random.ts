/**
 * Chance that can be repeated: every VU draws from its own stream, made from SEED and the VU's number.
 */

import { ownNumber } from './k6.ts';
import { config } from './run.ts';

let state = 0;

/** A number in [0, 1) from the VU's own stream: Marsaglia's xorshift32, which needs no more than the engine has at hand. */
export function random(): number {
  // Any odd factors will do that keep the states of neighbours apart; a state of 0 would stay 0.
  state ||= (ownNumber() * 0x9e3779b1 + config.seed * 0xc2b2ae35) | 0 || 1;
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 4_294_967_296;
}

/** True in this share (0..1) of calls. */
export function chance(share: number): boolean {
  return random() < share;
}

/** A number spread evenly over [from, to). */
export function between(from: number, to: number): number {
  return from + random() * (to - from);
}

/** One of named things, drawn by per cent. */
export function oneOf<K extends string>(shares: Readonly<Record<K, number>>): K {
  const names = Object.keys(shares) as K[];
  let left = random() * 100;
  let at = -1;
  do left -= shares[names[++at]!];
  while (left >= 0 && at < names.length - 1);
  return names[at]!;
}

/**
 * A chooser like `oneOf`, but it deals the shares out of a shuffled pack of 20 before it shuffles again: the share that comes
 * out differs little from the share that was meant, however few choices there are. Shares are multiples of 5 per cent.
 */
export function deal<K extends string>(shares: Readonly<Record<K, number>>): () => K {
  const cards = (Object.keys(shares) as K[]).flatMap((name) => Array<K>(shares[name] / 5).fill(name));
  let left: K[] = [];
  return () => {
    if (left.length === 0) left = [...cards];
    return left.splice(Math.floor(random() * left.length), 1)[0]!;
  };
}
