/** One chart in its figure: legend that toggles, plot, tooltip, keyboard, and its figures as a table. */
import uPlot from 'uplot';
import { colour, faint } from './colours.ts';
import { copyTable } from './copy.ts';
import type { PhaseBand, Series } from './data.ts';
import { element, svg } from './dom.ts';

export interface Line {
  label: string;
  /** CSS variable. */
  colour: string;
  values: Series;
  width?: number;
  dash?: number[];
  /** Not drawn until the reader asks for it. */
  hidden?: boolean;
}

/** What is drawn; asked for anew whenever the reader changes something. */
export interface Drawing {
  xs: number[];
  lines: Line[];
  /** line: joined; area: joined and filled; points: alone, each line with its own shape. */
  form: 'line' | 'area' | 'steps' | 'bars' | 'points';
  /** Lines are parts of a whole and stand on each other. */
  stacked?: boolean;
  logarithmic?: boolean;
  /** Steps of the x axis that people count in. */
  xSteps?: number[];
  /** Range of the x axis. */
  from: number;
  to: number;
  xName: string;
  xTick: (x: number) => string;
  yTick: (y: number) => string;
  /** Names a point: heading of the tooltip and of a table row. */
  pointName: (index: number) => string;
  bands?: PhaseBand[];
  /** Lines across (y) or upright (x). */
  limits?: { label: string; value: number; axis: 'x' | 'y' }[];
}

export interface ChartOptions {
  figure: HTMLElement;
  draw: () => Drawing;
  say: (text: string) => void;
  /** Charts with one key move their cursors together. */
  syncKey?: string;
  /** Called when the reader has dragged over a part of the x axis. */
  onDrag?: (from: number, to: number) => void;
  /** Called for keys that the chart doesn't know; true when that did something. */
  onKey?: (key: string) => boolean;
  /** Called with the x under the cursor, or null. */
  onCursor?: (x: number | null) => void;
}

const HEIGHT = 190;
const FONT = '11px system-ui, sans-serif';

export class Chart {
  readonly #options: ChartOptions;
  readonly #legend = element('ul', { className: 'legend' });
  readonly #plot = element('div', { className: 'plot', tabIndex: 0 });
  readonly #tooltip = element('div', { className: 'tooltip', hidden: true });
  /** What the reader chose, by label. */
  readonly #chosen = new Map<string, boolean>();
  #drawing: Drawing;
  #uplot: uPlot;
  /** The reader is here, by mouse or keyboard: of charts that move together only this one says its values. */
  #active = false;

  constructor(options: ChartOptions) {
    this.#options = options;
    const title = options.figure.querySelector('h3')!.textContent;
    const zooms = options.onKey ? ', plus and minus zoom, 0 shows everything' : '';
    this.#plot.setAttribute('role', 'group');
    this.#plot.setAttribute('aria-label', `Chart: ${title}. Arrow keys move along it${zooms}.`);
    options.figure.append(this.#legend, this.#plot, this.#figures());
    this.#drawing = options.draw();
    this.#uplot = this.#build();
    this.#plot.addEventListener('keydown', (event) => this.#onKey(event));
    this.#plot.addEventListener('blur', () => this.#leave());
    new ResizeObserver(() => this.#uplot.setSize({ width: this.#plot.clientWidth, height: HEIGHT })).observe(
      this.#plot,
    );
  }

  /** Draws everything anew: other data, other theme, other lines. */
  render(): void {
    this.#drawing = this.#options.draw();
    this.#uplot.destroy();
    this.#uplot = this.#build();
  }

  /** Shows the part of the x axis that `draw` gives now. */
  zoom(): void {
    const { from, to } = this.#options.draw();
    this.#drawing = { ...this.#drawing, from, to };
    this.#uplot.setScale('x', { min: from, max: to });
  }

  #build(): uPlot {
    this.#renderLegend();
    this.#plot.replaceChildren();
    const made = new uPlot(this.#uplotOptions(), this.#data(), this.#plot);
    made.over.append(this.#tooltip);
    made.over.addEventListener('mouseenter', () => {
      this.#active = true;
    });
    made.over.addEventListener('mouseleave', () => this.#leave());
    return made;
  }

  #shown(): Line[] {
    return this.#drawing.lines.filter(({ label, hidden }) => this.#chosen.get(label) ?? !hidden);
  }

  /** In the order in which they are painted: of a stack the whole comes first, then what stands in front of it. */
  #painted(): Line[] {
    const { stacked } = this.#drawing;
    const lines = this.#shown();
    return stacked ? stackOf(lines).reverse() : lines;
  }

  #data(): uPlot.AlignedData {
    return [this.#drawing.xs, ...this.#painted().map(({ values }) => values)];
  }

  #uplotOptions(): uPlot.Options {
    const { logarithmic, xSteps, xTick, yTick } = this.#drawing;
    const { syncKey, onDrag } = this.#options;
    const axis = { stroke: colour('--quiet'), font: FONT, ticks: { show: false } };
    const grid = { stroke: colour('--grid'), width: 1 };
    return {
      width: this.#plot.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      scales: {
        x: { time: false, distr: logarithmic ? 3 : 1, range: () => [this.#drawing.from, this.#drawing.to] },
        y: { range: (_, __, max) => [0, this.#top(max)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 28,
          ...(xSteps ? { incrs: xSteps } : {}),
          ...(logarithmic ? { splits: (_, __, min, max) => oneTwoFive(min, max), filter: (_, xs) => xs } : {}),
          values: (_, xs) => xs.map((x) => (x === null ? null : xTick(x))),
        },
        { ...axis, grid, size: 62, space: 34, values: (_, ys) => ys.map(yTick) },
      ],
      series: [{}, ...this.#painted().map((line, index) => this.#series(line, index))],
      cursor: {
        y: false,
        drag: { x: onDrag !== undefined, y: false, setScale: false, dist: 5 },
        points: { size: 7 },
        bind: { dblclick: () => () => null },
        // Cursors move together; a drag belongs to the chart where it is made.
        sync: syncKey
          ? {
              key: syncKey,
              scales: ['x', null],
              filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
            }
          : undefined,
      },
      hooks: {
        drawClear: [(chart) => paintBands(chart, this.#drawing.bands ?? [])],
        draw: [
          (chart) => {
            namePhases(chart, this.#drawing.bands ?? []);
            paintLimits(chart, this.#drawing.limits ?? []);
          },
        ],
        setCursor: [() => this.#onCursor()],
        setSelect: [(chart) => this.#onSelect(chart)],
      },
    };
  }

  #series({ label, colour: variable, width = 1.75, dash }: Line, index: number): uPlot.Series {
    const { form, stacked } = this.#drawing;
    const stroke = colour(variable);
    const common = { label, stroke, width, dash, points: { show: false } };
    switch (form) {
      case 'line':
        return { ...common, points: { show: true, filter: lonelyPoints, size: 4, fill: stroke } };
      case 'area':
        return { ...common, fill: stacked ? stroke : faint(variable, 0.12), width: stacked ? 0 : width };
      case 'steps':
        return { ...common, fill: faint(variable, 0.12), paths: uPlot.paths.stepped!({ align: 1 }) };
      case 'bars':
        return { ...common, fill: stroke, width: 0, paths: uPlot.paths.bars!({ size: [0.9, 24] }) };
      case 'points':
        return {
          ...common,
          paths: () => null,
          points: { show: true, space: 0, size: 8, paths: shapes(index), fill: stroke },
        };
    }
  }

  /** A limit is in the picture once the values come near it: before, it would only flatten them. */
  #top(max: number | null): number {
    const highest = max ?? 0;
    const limits = (this.#drawing.limits ?? []).filter(({ axis, value }) => axis === 'y' && value * 0.4 < highest);
    // Room above for the names of the phases.
    return Math.max(highest, ...limits.map(({ value }) => value)) * 1.16 || 1;
  }

  #renderLegend(): void {
    const { lines, form } = this.#drawing;
    const shown = new Set(this.#shown());
    const buttons = lines.map((line, index) => {
      const button = element('button', { type: 'button' }, swatch(line, form, index), line.label);
      button.setAttribute('aria-pressed', String(shown.has(line)));
      button.addEventListener('click', () => {
        this.#chosen.set(line.label, !shown.has(line));
        this.render();
        this.#legend.querySelectorAll('button')[index]?.focus();
      });
      return element('li', {}, button);
    });
    this.#legend.hidden = lines.length < 2;
    this.#legend.replaceChildren(...buttons);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
    const step = steps[event.key];
    if (step !== undefined) this.#moveCursor(step);
    else if (!this.#options.onKey?.(event.key)) return;
    event.preventDefault();
  }

  #moveCursor(step: number): void {
    const { xs, from, to } = this.#drawing;
    const seen = xs.flatMap((x, index) => (x >= from && x <= to ? [index] : []));
    if (seen.length === 0) return;
    const now = this.#uplot.cursor.idx;
    const next = now === null || now === undefined ? seen[0]! : now + step;
    const index = Math.min(seen.at(-1)!, Math.max(seen[0]!, next));
    this.#active = true;
    this.#uplot.setCursor({ left: this.#uplot.valToPos(xs[index]!, 'x'), top: 20 });
    this.#options.say(
      `${this.#drawing.pointName(index)}: ${this.#readings(index)
        .map(({ line, text }) => `${line.label} ${text}`)
        .join(', ')}`,
    );
  }

  #readings(index: number): { line: Line; text: string }[] {
    return this.#shown()
      .map((line) => ({ line, value: line.values[index] ?? null }))
      .filter(({ value }) => value !== null || this.#drawing.form !== 'points')
      .map(({ line, value }) => ({ line, text: value === null ? '–' : this.#drawing.yTick(value) }));
  }

  #onCursor(): void {
    const { idx } = this.#uplot?.cursor ?? {};
    if (idx === null || idx === undefined || !this.#active) {
      this.#tooltip.hidden = true;
      return;
    }
    this.#options.onCursor?.(this.#drawing.xs[idx]!);
    const rows = this.#readings(idx).flatMap(({ line, text }) => [
      swatch(line, this.#drawing.form, this.#drawing.lines.indexOf(line)),
      element('dt', {}, line.label),
      element('dd', {}, text),
    ]);
    this.#tooltip.replaceChildren(element('strong', {}, this.#drawing.pointName(idx)), element('dl', {}, ...rows));
    this.#tooltip.hidden = false;
    this.#placeTooltip();
  }

  /** Beside the cursor, on the side that has room. */
  #placeTooltip(): void {
    const { left = 0 } = this.#uplot.cursor;
    const { clientWidth } = this.#uplot.over;
    const width = this.#tooltip.offsetWidth;
    const x = left + 14 + width < clientWidth ? left + 14 : Math.max(0, left - 14 - width);
    this.#tooltip.style.transform = `translate(${Math.round(x)}px, 6px)`;
  }

  #leave(): void {
    this.#active = false;
    this.#tooltip.hidden = true;
    this.#uplot.setCursor({ left: -10, top: -10 });
    this.#options.onCursor?.(null);
  }

  #onSelect(chart: uPlot): void {
    const { left, width } = chart.select;
    if (width === 0) return;
    const [from, to] = [chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')];
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#options.onDrag?.(from, to);
  }

  /** All that is drawn, as a table that is made when it is asked for. */
  #figures(): HTMLDetailsElement {
    const details = element('details', {}, element('summary', {}, 'Figures'));
    details.addEventListener('toggle', () => {
      if (!details.open) return;
      const table = this.#table();
      const copy = element('button', { type: 'button' }, 'Copy as CSV');
      copy.addEventListener('click', () => void copyTable(table, copy, this.#options.say));
      const scroll = element('div', { className: 'scroll', tabIndex: 0 }, table);
      scroll.setAttribute('role', 'region');
      scroll.setAttribute('aria-label', `Figures: ${this.#options.figure.querySelector('h3')!.textContent}`);
      details.replaceChildren(details.firstElementChild!, copy, scroll);
    });
    return details;
  }

  #table(): HTMLTableElement {
    const { xs, lines, xName, pointName, yTick } = this.#drawing;
    const head = [xName, ...lines.map(({ label }) => label)].map((text, index) =>
      element('th', { scope: 'col', className: index > 0 ? 'number' : '' }, text),
    );
    const rows = xs.map((_, index) => {
      const cells = lines.map(({ values }) => values[index] ?? null);
      return element(
        'tr',
        {},
        element('td', {}, pointName(index)),
        ...cells.map((value) => element('td', { className: 'number' }, value === null ? '–' : yTick(value))),
      );
    });
    return element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows));
  }
}

/** 1, 2, 5, 10, 20, …: what a logarithmic axis is labelled with. */
function oneTwoFive(min: number, max: number): number[] {
  const decades = Array.from(
    { length: Math.ceil(Math.log10(max / min)) + 2 },
    (_, step) => Math.floor(Math.log10(min)) + step,
  );
  return decades.flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power)).filter((x) => x >= min && x <= max);
}

/** Each line on top of those before it. Where a part is missing it adds nothing. */
function stackOf(lines: Line[]): Line[] {
  let below: Series | undefined;
  return lines.map((line) => {
    const values = line.values.map((value, index) => {
      const under = below?.[index] ?? null;
      return value === null && under === null ? null : (value ?? 0) + (under ?? 0);
    });
    below = values;
    return { ...line, values };
  });
}

/** A value without neighbours makes no line: it is shown as a point. */
function lonelyPoints(chart: uPlot, series: number): number[] {
  const values = chart.data[series]!;
  const isThere = (index: number) => typeof values[index] === 'number';
  return [...values.keys()].filter((index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1));
}

function paintBands(chart: uPlot, bands: PhaseBand[]): void {
  onPlot(chart, (ctx) => {
    ctx.fillStyle = colour('--band');
    for (const { from, to } of bands) {
      const left = chart.valToPos(from, 'x', true);
      ctx.fillRect(left, chart.bbox.top, chart.valToPos(to, 'x', true) - left, chart.bbox.height);
    }
  });
}

/** Above the grid, each where it can first be seen, if there is room for it. */
function namePhases(chart: uPlot, bands: PhaseBand[]): void {
  onPlot(chart, (ctx, unit) => {
    ctx.textBaseline = 'top';
    for (const { phase, from, to } of bands) {
      const left = Math.max(chart.valToPos(from, 'x', true), chart.bbox.left);
      const { width } = ctx.measureText(phase);
      if (chart.valToPos(to, 'x', true) - left < width + 8 * unit) continue;
      ctx.fillStyle = colour('--band');
      ctx.fillRect(left + 2 * unit, chart.bbox.top, width + 4 * unit, 15 * unit);
      ctx.fillStyle = colour('--quiet');
      ctx.fillText(phase, left + 4 * unit, chart.bbox.top + 3 * unit);
    }
  });
}

function paintLimits(chart: uPlot, limits: NonNullable<Drawing['limits']>): void {
  const { left, top, width, height } = chart.bbox;
  onPlot(chart, (ctx, unit) => {
    ctx.strokeStyle = colour('--limit');
    ctx.fillStyle = colour('--limit');
    ctx.lineWidth = unit;
    ctx.setLineDash([5 * unit, 4 * unit]);
    ctx.textBaseline = 'bottom';
    let nextLabel = left + 4 * unit;
    for (const { label, value, axis } of limits) {
      const at = Math.round(chart.valToPos(value, axis, true));
      if (axis === 'y' ? at < top || at > top + height : at < left || at > left + width) continue;
      ctx.beginPath();
      ctx.moveTo(axis === 'y' ? left : at, axis === 'y' ? at : top);
      ctx.lineTo(axis === 'y' ? left + width : at, axis === 'y' ? at : top + height);
      ctx.stroke();
      if (axis === 'y') {
        // Above the line, or below where a phase has its name; side by side, as two limits may lie close together.
        ctx.fillText(label, nextLabel, at + (at - top < 26 * unit ? 14 : -2) * unit);
        nextLabel += ctx.measureText(label).width + 10 * unit;
      } else {
        ctx.fillText(label, at - ctx.measureText(label).width - 4 * unit, top + 14 * unit);
      }
    }
  });
}

/** Paints into the plotting area only. `unit` is one CSS pixel in those of the canvas. */
function onPlot({ ctx, bbox }: uPlot, paint: (ctx: CanvasRenderingContext2D, unit: number) => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.textAlign = 'left';
  ctx.font = `${Math.round(10.5 * devicePixelRatio)}px system-ui, sans-serif`;
  paint(ctx, devicePixelRatio);
  ctx.restore();
}

/** Shapes of points, so that lines of points differ in more than their colour: x and y of the corners, -1..1. */
const SHAPES = [
  undefined,
  [-0.9, -0.9, 0.9, -0.9, 0.9, 0.9, -0.9, 0.9],
  [0, -1.15, 1.05, 0.8, -1.05, 0.8],
  [0, -1.25, 1.25, 0, 0, 1.25, -1.25, 0],
] as const;

function shapes(line: number): uPlot.Series.Points.PathBuilder {
  return (chart, series, first, last) => {
    const path = new Path2D();
    const radius = 3.5 * devicePixelRatio;
    for (let index = first; index <= last; index++) {
      const value = chart.data[series]![index];
      if (typeof value !== 'number') continue;
      const x = chart.valToPos(chart.data[0][index]!, 'x', true);
      path.addPath(shape(line, x, chart.valToPos(value, 'y', true), radius));
    }
    return { fill: path, stroke: path };
  };
}

function shape(line: number, x: number, y: number, radius: number): Path2D {
  const path = new Path2D();
  const corners = SHAPES[line % SHAPES.length];
  if (!corners) path.arc(x, y, radius, 0, 2 * Math.PI);
  for (let corner = 0; corners && corner < corners.length; corner += 2) {
    path.lineTo(x + corners[corner]! * radius, y + corners[corner + 1]! * radius);
  }
  path.closePath();
  return path;
}

/** What stands for a line in legend and tooltip. */
function swatch({ colour: variable, dash }: Line, form: Drawing['form'], index: number): SVGElement {
  const stroke = `var(${variable})`;
  const box = svg('svg', { class: 'swatch', viewBox: '-9 -5 18 10', width: '18', height: '10', 'aria-hidden': 'true' });
  if (form === 'points') {
    const corners = SHAPES[index % SHAPES.length];
    const points = corners?.map((value) => value * 3.5).join(' ');
    box.append(points ? svg('polygon', { points, fill: stroke }) : svg('circle', { r: '3.5', fill: stroke }));
  } else if (form === 'bars' || form === 'area') {
    box.append(svg('rect', { x: '-6', y: '-4', width: '12', height: '8', rx: '1.5', fill: stroke }));
  } else {
    box.append(svg('path', { d: 'M-9 0H9', stroke, 'stroke-dasharray': dash?.join(' ') ?? '' }));
  }
  return box;
}
