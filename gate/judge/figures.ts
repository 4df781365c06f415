/** Figures as people read them: three digits at most, with their unit. */

/** 0.0421 -> `4.21 %` */
export function percent(share: number): string {
  return `${digits(share * 100)} %`;
}

/** 480 -> `480 ms`; 4210 -> `4.21 s`; 370000 -> `370 s` */
export function duration(ms: number): string {
  return Math.abs(Number(ms.toPrecision(3))) < 1000 ? `${digits(ms)} ms` : `${digits(ms / 1000)} s`;
}

/** 1307 -> `1,307` */
export function count(n: number): string {
  return n.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** At most three significant digits, without trailing zeros or an exponent. */
export function digits(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
