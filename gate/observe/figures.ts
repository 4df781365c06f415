/** Signals, times and limits as people read them. */
import type { SignalLimit, SignalName, SignalUnit } from '../../src/wire/signals.ts';
import { signalNamed } from '../../src/wire/signals.ts';
import { digits, duration, percent } from '../judge/figures.ts';

/** `41 %`, `2.41 s`, `63`, `512 MB`. */
export function signalText(signal: SignalName, value: number): string {
  return inUnit(signalNamed(signal).unit, value);
}

/** `< 80 %` */
export function limitText(signal: SignalName, limit: SignalLimit): string {
  if (signalNamed(signal).unit === 'yes') return 'yes';
  const [relation, value] =
    'below' in limit ? ['<', limit.below] : 'above' in limit ? ['>', limit.above] : ['>=', limit.atLeast];
  return `${relation} ${signalText(signal, value)}`;
}

/** `4 s`, `12 min`, `3.5 h` */
export function spanText(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${digits(ms / 3_600_000)} h`;
}

/** `4:12`, `1:04:12` */
export function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = (value: number) => String(value % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds)}` : `${Math.floor(minutes / 60)}:${two(minutes)}:${two(seconds)}`;
}

function inUnit(unit: SignalUnit, value: number): string {
  switch (unit) {
    case 'ratio':
      return percent(value);
    case 'ms':
      return duration(value);
    case 's':
      return spanText(value * 1_000);
    case 'bytes':
      return value < 1e9 ? `${digits(value / 1e6)} MB` : `${digits(value / 1e9)} GB`;
    case 'cores':
      return value.toFixed(2);
    case 'per minute':
      return `${digits(value)}/min`;
    case 'yes':
      return value === 1 ? 'yes' : 'no';
    default:
      return digits(value);
  }
}
