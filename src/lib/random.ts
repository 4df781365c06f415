/**
 * Chance that can be repeated: every VU draws from its own stream, made from SEED and the VU's number.
 */

import { config } from './config.ts';
import { ownNumber } from './k6.ts';
import { stream } from './streams.ts';

let own: (() => number) | undefined;

/** A number in [0, 1) from the VU's own stream. */
export function random(): number {
  own ??= stream(Math.imul(config.seed, 0x9e3779b1) ^ Math.imul(ownNumber(), 0x85ebca6b));
  return own();
}

/** True in this share (0..1) of calls. */
export function chance(share: number): boolean {
  return random() < share;
}

/** A number spread evenly over [from, to). */
export function between(from: number, to: number): number {
  return from + random() * (to - from);
}

/** A chooser among named things by per cent. */
export function mix<K extends string>(shares: Readonly<Record<K, number>>): () => K {
  const names = Object.keys(shares) as K[];
  return () => {
    let left = random() * 100;
    let at = -1;
    do left -= shares[names[++at]!];
    while (left >= 0 && at < names.length - 1);
    return names[at]!;
  };
}

/**
 * Chooses like `mix`, but deals the shares out of a shuffled pack of 20 before it shuffles again: the share that comes
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
