const LEVELS = '▁▂▃▄▅▆▇█';

/** @param points undefined where nothing is known @param top what the highest level stands for; the lowest is 0 */
export function sparkLine(points: readonly (number | undefined)[], top: number): string {
  return points.map((point) => (point === undefined ? ' ' : levelOf(point / top))).join('');
}

function levelOf(share: number): string {
  const level = Number.isFinite(share) ? Math.floor(share * LEVELS.length) : 0;
  return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, level))]!;
}
