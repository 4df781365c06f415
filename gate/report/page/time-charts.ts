/** The charts over the time of the run: they share one axis, one zoom, one cursor and one resolution. */
import { Chart, type Drawing, type Line } from './chart.ts';
import { choice } from './choice.ts';
import { seriesColour } from './colours.ts';
import type { PageData, Resolution } from './data.ts';
import { clock, count, digits, duration, percent, perSecond } from './figures.ts';
import { TimeBar } from './time-bar.ts';

/** No zoom shows less than this, s. */
const LEAST_SECONDS = 4;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
const PERCENTILES: (Omit<Line, 'label' | 'values'> & { stat: 'p50' | 'p95' | 'p99' })[] = [
  { stat: 'p50', colour: '--series-3', width: 1.5 },
  { stat: 'p95', colour: '--series-1', width: 2.25 },
  { stat: 'p99', colour: '--series-4', width: 1.5, dash: [5, 3] },
];

export class TimeCharts {
  readonly #data: PageData;
  readonly #say: (text: string) => void;
  readonly #bar: TimeBar;
  readonly #charts: Chart[];
  #resolution: Resolution;
  #from = 0;
  #to: number;

  constructor(data: PageData, bar: HTMLElement, say: (text: string) => void) {
    this.#data = data;
    this.#say = say;
    this.#to = data.seconds;
    this.#resolution = data.resolutions[data.resolution]!;
    this.#bar = new TimeBar(bar, data, {
      zoom: (factor) => this.#scale(factor),
      move: (share) => this.#move(share),
      show: (from, to) => this.#show(from, to),
      resolve: (index) => {
        this.#resolution = data.resolutions[index]!;
        this.render();
      },
    });
    this.#charts = [...document.querySelectorAll<HTMLElement>('#time [data-chart]')].map((figure) =>
      this.#chart(figure),
    );
    this.#bar.showing(this.#from, this.#to);
  }

  render(): void {
    for (const chart of this.#charts) chart.render();
  }

  #chart(figure: HTMLElement): Chart {
    const index = Number(figure.dataset.route ?? 0);
    return new Chart({
      figure,
      draw: this.#drawingOf(figure, index),
      say: this.#say,
      syncKey: 'time',
      onDrag: (from, to) => this.#show(from, to),
      onKey: (key) => this.#onKey(key),
      onCursor: (x) => this.#bar.pointAt(x),
    });
  }

  #drawingOf(figure: HTMLElement, index: number): () => Drawing {
    const { routes, kinds, signals, generator, limits } = this.#data;
    switch (figure.dataset.chart) {
      case 'users':
        return () => this.#windows('steps', count, [line('Users', 0, this.#resolution.users)]);
      case 'rate':
        return () =>
          this.#windows(
            'line',
            perSecond,
            routes.map((route, at) => line(route, at, this.#resolution.routes[at]!.rate)),
          );
      case 'latency': {
        const mine = limits.filter(({ route }) => route === index);
        return () => ({
          ...this.#windows(
            'line',
            duration,
            PERCENTILES.map(({ stat, ...look }) => ({
              label: stat,
              ...look,
              values: this.#resolution.routes[index]![stat],
            })),
          ),
          limits: mine.map(({ stat, ms }) => ({ label: `${stat} limit`, value: ms, axis: 'y' })),
        });
      }
      case 'failures':
        return () =>
          this.#windows(
            'bars',
            perSecond,
            kinds.map((kind, at) => line(kind, at + 1, this.#resolution.failures[at]!)),
            true,
          );
      case 'dropped':
        return () => this.#windows('steps', perSecond, [line('Dropped', 5, this.#resolution.dropped)]);
      case 'parts':
        return this.#parts(figure);
      case 'signal': {
        const { signal, ratio, times, values, limit } = signals[index]!;
        const drawn = limit === null ? [] : [{ label: 'limit', value: limit, axis: 'y' as const }];
        return () => ({
          ...this.#readings(times, [line(signal, 0, values)], ratio ? percent : digits),
          limits: drawn,
        });
      }
      default: {
        const { times, cpu, memory, machine } = generator!;
        const lines = [
          line('k6: CPU of its cores', 0, cpu),
          { ...line('k6: memory of the machine', 1, memory), dash: [5, 3] },
          { ...line('everybody: CPU of the machine', 6, machine), dash: [1, 2] },
        ].filter(({ values }) => values.some((value) => value !== null));
        return () => ({
          ...this.#readings(times, lines, percent),
          limits: [
            { label: 'CPU limit', value: 0.8, axis: 'y' },
            { label: 'memory limit', value: 0.9, axis: 'y' },
          ],
        });
      }
    }
  }

  /** The parts of one endpoint at a time, the busiest that has any first. */
  #parts(figure: HTMLElement): () => Drawing {
    const { routes, parts } = this.#data;
    const having = routes.map((label, value) => ({ label, value })).filter(({ value }) => parts[value]!.length > 0);
    let chosen = having[0]!.value;
    choice(figure, 'Endpoint', having, (route) => {
      chosen = route;
      this.render();
    });
    return () => {
      const { parts: values, rest } = this.#resolution.routes[chosen]!;
      const lines = parts[chosen]!.map((part, at) => line(part, at, values[at]!));
      return this.#windows('area', duration, [...lines, { ...line('other', 0, rest), colour: '--series-7' }], true);
    };
  }

  /** Series of the resolution in force; each point stands in the middle of its window. */
  #windows(form: Drawing['form'], yTick: (y: number) => string, lines: Line[], stacked = false): Drawing {
    const { seconds, times } = this.#resolution;
    const end = (index: number) => Math.min(this.#data.seconds, times[index]! + seconds);
    return {
      ...this.#axis(),
      xs: form === 'steps' ? times : times.map((time) => time + seconds / 2),
      lines,
      form,
      stacked,
      yTick,
      pointName: (index) =>
        `${clock(times[index]!)} to ${clock(end(index))}${this.#phaseAt(times[index]! + seconds / 2)}`,
    };
  }

  /** Series with times of their own. */
  #readings(times: number[], lines: Line[], yTick: (y: number) => string): Drawing {
    return {
      ...this.#axis(),
      xs: times,
      lines,
      form: 'line',
      yTick,
      pointName: (index) => `${clock(times[index]!)}${this.#phaseAt(times[index]!)}`,
    };
  }

  #axis() {
    return { from: this.#from, to: this.#to, xName: 'Time', xTick: clock, xSteps: STEPS, bands: this.#data.bands };
  }

  #phaseAt(second: number): string {
    const band = this.#data.bands.find(({ from, to }) => from <= second && second < to);
    return band ? `, ${band.phase}` : '';
  }

  #onKey(key: string): boolean {
    const actions: Record<string, () => void> = {
      '+': () => this.#scale(0.5),
      '=': () => this.#scale(0.5),
      '-': () => this.#scale(2),
      '0': () => this.#show(0, this.#data.seconds),
      Escape: () => this.#show(0, this.#data.seconds),
    };
    actions[key]?.();
    return key in actions;
  }

  /** Shows so much more or less, around the middle of what is shown. */
  #scale(factor: number): void {
    const middle = (this.#from + this.#to) / 2;
    const half = ((this.#to - this.#from) / 2) * factor;
    this.#show(middle - half, middle + half);
  }

  /** Moves by a share of what is shown, as far as the run goes. */
  #move(share: number): void {
    const width = this.#to - this.#from;
    const from = Math.min(this.#data.seconds - width, Math.max(0, this.#from + width * share));
    this.#show(from, from + width);
  }

  #show(from: number, to: number): void {
    const middle = (from + to) / 2;
    const half = Math.max(LEAST_SECONDS, to - from) / 2;
    this.#from = Math.max(0, middle - half);
    this.#to = Math.min(this.#data.seconds, middle + half);
    for (const chart of this.#charts) chart.zoom();
    this.#bar.showing(this.#from, this.#to);
    this.#say(`Showing ${clock(this.#from)} to ${clock(this.#to)}.`);
  }
}

function line(label: string, index: number, values: Line['values']): Line {
  return { label, colour: seriesColour(index), values };
}
