/** What moved between the calm part of a run and its highest load, ranked by how far. */
import type { Shift } from '../../src/wire/diagnosis-file.ts';
import { SERVER_PARTS, type ServerPart } from '../../src/wire/routes.ts';
import { SIGNALS } from '../../src/wire/signals.ts';
import type { Load } from './calm-and-load.ts';
import { median, robustShift } from './robust.ts';
import type { View } from './run-facts.ts';

/** Long enough for a few requests, short enough that a hold has several. */
const BLOCK_SECONDS = 2;
/** Fewer values have no range. */
const FEWEST_VALUES = 3;
/** Differences below these mean nothing, whatever the range. */
const LEAST = { ms: 2, ratio: 0.02, count: 1, 'per minute': 1 } as const satisfies Record<Shift['unit'], number>;

const PART_TITLES: Record<ServerPart, string> = {
  auth: 'finding out who asks',
  db: 'time in the database',
  vector: 'vector search',
  ai: 'waiting for the AI answer',
  cache: 'time in the cache',
};

/** The farthest first; empty without a calm part. */
export function shiftsOf({ calm, loaded }: Load): Shift[] {
  if (calm === null) return [];
  return indicators(loaded)
    .flatMap(({ title, unit, values }): Shift[] => {
      const [before, under] = [values(calm), values(loaded)];
      if (before.length < FEWEST_VALUES || under.length < FEWEST_VALUES) return [];
      const shift = robustShift(before, under, LEAST[unit]);
      return [{ title, unit, calm: median(before), loaded: median(under), shift }];
    })
    .sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift));
}

interface Indicator {
  title: string;
  unit: Shift['unit'];
  values(view: View): number[];
}

function indicators(loaded: View): Indicator[] {
  const cut = new Map<View, View[]>();
  const blocksOf = (view: View) => {
    const blocks = cut.get(view) ?? view.blocks(BLOCK_SECONDS);
    cut.set(view, blocks);
    return blocks;
  };
  const inBlocks = (value: (block: View) => number | null) => (view: View) =>
    blocksOf(view).flatMap((block) => value(block) ?? []);
  return [
    ...SERVER_PARTS.map((part) => ({
      title: `${PART_TITLES[part]} (Server-Timing: ${part})`,
      unit: 'ms' as const,
      values: inBlocks((block) => block.partMs(part)),
    })),
    ...loaded.routes().map((route) => ({
      title: route,
      unit: 'ms' as const,
      values: inBlocks((block) => block.durationMs([route])),
    })),
    {
      title: 'failed requests',
      unit: 'ratio',
      values: inBlocks((block) => (block.requests() > 0 ? block.allFailures() / block.requests() : null)),
    },
    ...SIGNALS.flatMap(({ name, title, unit }): Indicator[] => {
      if (unit !== 'ms' && unit !== 'ratio' && unit !== 'count' && unit !== 'per minute') return [];
      return [{ title, unit, values: (view) => view.signal(name) }];
    }),
  ];
}
