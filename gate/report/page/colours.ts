/** Colours live in the style sheet; a canvas needs them as plain values, those of the theme in force. */
const probe = document.createElement('span');
probe.hidden = true;

/** @param variable e.g. `--series-1` */
export function colour(variable: string): string {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(${variable})`;
  return getComputedStyle(probe).color;
}

/** The same colour, let through. @param opacity 0..1 */
export function faint(variable: string, opacity: number): string {
  return colour(variable).replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);
}

const SERIES = 8;

/** The variable of the n-th series, from 0; colours begin anew after eight. */
export function seriesColour(index: number): string {
  return `--series-${(index % SERIES) + 1}`;
}
