import { InvalidArgumentError } from 'commander';

/** A whole number above 0, for commander. */
export function whole(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(value);
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** A length of time such as `90s`, `30m`, `24h` or `1h30m`, for commander. @returns ms */
export function span(value: string): number {
  const parts = [...value.matchAll(/(\d+)([smh])/g)];
  const ms = parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNITS_MS[unit!]!, 0);
  if (!/^(\d+[smh])+$/.test(value) || ms === 0) {
    throw new InvalidArgumentError('It must be a time such as 90s, 30m, 24h or 1h30m.');
  }
  return ms;
}
