/** Figures as people read them, in Node and in the browser: the judge's own, and those that only reports show. */
import { count, digits, duration, percent } from '../../judge/figures.ts';

export { count, digits, duration, percent };

/** 55.43 -> `55.4/s` */
export function perSecond(value: number): string {
  return `${digits(value)}/s`;
}

/** Bytes, in units of 1,024: `64 MB` */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  return `${digits(value / 1024 ** power)} ${units[power]}`;
}

/** A time of the run: 155 -> `2:35`, 3755 -> `1:02:35` */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const rest = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** How long something took: 155 -> `2 min 35 s` */
export function span(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** A number in the unit of a criterion. */
export function inUnit(value: number, unit: string): string {
  if (unit === 'ms') return duration(value);
  return unit === 'ratio' ? percent(value) : count(value);
}

/** 1 -> `1 criterion`, 3 -> `3 criteria` */
export function plural(number: number, one: string, many: string): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
