/** Numbers as people read them on a terminal. */

/** `1:23` of ms. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `850 ms`, `2.41 s`, three digits. */
export function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toPrecision(3)} s`;
}

/** `0.42 %` of a ratio 0..1; small shares keep two digits that count. */
export function percent(ratio: number): string {
  const share = ratio * 100;
  return `${share === 0 || share >= 1 ? share.toFixed(1) : share.toPrecision(2)} %`;
}

/** `1,500`. */
export function count(number: number): string {
  return number.toLocaleString('en');
}
