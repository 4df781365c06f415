/** The charts without a time: how durations are spread, and how they follow the load. */
import { Chart, type Drawing } from './chart.ts';
import { choice } from './choice.ts';
import { seriesColour } from './colours.ts';
import type { PageData } from './data.ts';
import { count, duration, percent, perSecond } from './figures.ts';

/** @returns the charts of the page's section, to be drawn anew when the theme changes */
export function shapeCharts(data: PageData, say: (text: string) => void): Chart[] {
  const drawings: Record<string, (figure: HTMLElement, redraw: () => void) => () => Drawing> = {
    distribution: (figure, redraw) => distribution(data, figure, redraw),
    load: (figure, redraw) => load(data, figure, redraw),
  };
  return [...document.querySelectorAll<HTMLElement>('#distribution [data-chart]')].map((figure) => {
    const draw = drawings[figure.dataset.chart!]!(figure, () => chart.render());
    const chart: Chart = new Chart({ figure, draw, say });
    return chart;
  });
}

function distribution(data: PageData, figure: HTMLElement, redraw: () => void): () => Drawing {
  const { bins, distributions, limits } = data;
  let route = chosenRoute(data, figure, new Set(distributions.map((each) => each.route)), (value) => {
    route = value;
    redraw();
  });
  return () => {
    const mine = distributions.filter((each) => each.route === route);
    const used = bins.map((_, bin) => mine.some(({ shares }) => shares[bin]! > 0));
    const [first, last] = [Math.max(0, used.indexOf(true) - 1), Math.min(bins.length - 1, used.lastIndexOf(true) + 1)];
    return {
      xs: bins,
      lines: mine.map(({ phase, requests, shares }) => ({
        label: `${phase} (${count(requests)} requests)`,
        colour: seriesColour(phaseIndex(data, phase)),
        values: shares,
      })),
      form: 'steps',
      logarithmic: true,
      from: bins[first]!,
      to: bins[last]!,
      xName: 'Duration',
      xTick: duration,
      yTick: percent,
      pointName: (bin) => `${duration(bins[bin]!)} to ${duration(bins[bin + 1] ?? bins[bin]! * 1.122)}`,
      limits: limits
        .filter((limit) => limit.route === route)
        .map(({ stat, ms }) => ({ label: `${stat} limit`, value: ms, axis: 'x' })),
    };
  };
}

function load(data: PageData, figure: HTMLElement, redraw: () => void): () => Drawing {
  let route = chosenRoute(data, figure, new Set(data.load.map((each) => each.route)), (value) => {
    route = value;
    redraw();
  });
  const measures = [
    { label: 'users', of: 'users', text: (x: number) => `${count(x)} users` },
    { label: 'requests each second', of: 'rate', text: perSecond },
  ] as const;
  let measure: (typeof measures)[number] = measures[0];
  const entries = measures.map(({ label }, value) => ({ label, value }));
  choice(figure, 'Load in', entries, (value) => {
    measure = measures[value]!;
    redraw();
  });
  return () => {
    const points = data.load.filter((each) => each.route === route).sort((a, b) => a[measure.of] - b[measure.of]);
    const phases = [...new Set(points.map(({ phase }) => phase))].sort(
      (a, b) => phaseIndex(data, a) - phaseIndex(data, b),
    );
    return {
      xs: points.map((point) => point[measure.of]),
      lines: phases.map((phase) => ({
        label: phase,
        colour: seriesColour(phaseIndex(data, phase)),
        values: points.map((point) => (point.phase === phase ? point.p95 : null)),
      })),
      form: 'points',
      from: 0,
      to: (points.at(-1)?.[measure.of] || 1) * 1.05,
      xName: 'Load',
      xTick: measure.of === 'users' ? count : perSecond,
      yTick: duration,
      pointName: (index) => measure.text(points[index]![measure.of]),
      limits: data.limits
        .filter((limit) => limit.route === route && limit.stat === 'p95')
        .map(({ ms }) => ({ label: 'p95 limit', value: ms, axis: 'y' })),
    };
  };
}

/** Lets the reader choose among the routes that have something to show. @returns the first of them */
function chosenRoute(
  { routes }: PageData,
  figure: HTMLElement,
  having: ReadonlySet<number>,
  onChange: (route: number) => void,
): number {
  const entries = routes.map((label, value) => ({ label, value })).filter(({ value }) => having.has(value));
  choice(figure, 'Endpoint', entries, onChange);
  return entries[0]!.value;
}

/** Phases keep their colour in all charts; what is outside of them has the last one. */
function phaseIndex({ bands }: PageData, phase: string): number {
  const index = bands.findIndex((band) => band.phase === phase);
  return index < 0 ? 6 : index;
}
