/** The script of comparison.html: draws old and new distributions over each other. */
import { Chart, type Drawing } from './chart.ts';
import { seriesColour } from './colours.ts';
import type { ComparedDistribution, ComparisonData, DistributionSide } from './comparison-data.ts';
import { enableCopying } from './copy.ts';
import { count, duration, percent, plural } from './figures.ts';
import { enableThemes } from './theme.ts';

const status = document.getElementById('status')!;
const say = (text: string) => {
  status.textContent = text;
};

enableCopying(say);

const data: ComparisonData = JSON.parse(document.getElementById('data')!.textContent!);
const figures = [...document.querySelectorAll<HTMLElement>('[data-chart=distribution]')];
const charts = figures.map((figure, index) => new Chart({ figure, draw: () => drawingOf(data[index]!), say }));
enableThemes(() => {
  for (const chart of charts) chart.render();
});

function drawingOf({ bins, old, new: fresh }: ComparedDistribution): Drawing {
  const line = (name: string, { runs, requests, shares }: DistributionSide, index: number) => ({
    label: `${name} (${plural(runs, 'run', 'runs')}, ${count(requests)} requests)`,
    colour: seriesColour(index),
    values: shares,
  });
  return {
    xs: bins,
    lines: [line('old', old, 0), line('new', fresh, 1)],
    form: 'steps',
    logarithmic: true,
    from: bins[0]!,
    to: bins.at(-1)!,
    xName: 'Duration',
    xTick: duration,
    yTick: percent,
    pointName: (bin) => `${duration(bins[bin]!)} to ${duration(bins[bin + 1] ?? bins[bin]! * 1.122)}`,
  };
}
