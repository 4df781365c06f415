import { InvalidArgumentError } from 'commander';

/** A whole number above 0, for commander. */
export function whole(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(value);
}
