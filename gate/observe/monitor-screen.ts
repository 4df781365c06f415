/** The monitor as lines of text, as wide and as high as the terminal. */
import { limitOfSignal } from '../../src/thresholds.ts';
import { isWithin, type SignalLimit, signalNamed } from '../../src/wire/signals.ts';
import { count, duration, percent } from '../judge/figures.ts';
import { clockText, limitText, signalText, spanText } from './figures.ts';
import { isAlarming, type Monitor, type WatchedStatus } from './monitor.ts';
import { sparkLine } from './spark-line.ts';
import { SPAN_MS, type Vital } from './vitals.ts';

export interface Frame {
  nowMs: number;
  startMs: number;
  /** null without an end. */
  plannedMs: number | null;
  target: string;
  columns: number;
  rows: number;
  coloured: boolean;
}

type Paint = 'bad' | 'warning' | 'good' | 'dim' | 'bold' | 'picture';

const ESCAPES: Record<Paint, string> = {
  bad: '\u001b[31m',
  warning: '\u001b[33m',
  good: '\u001b[32m',
  dim: '\u001b[2m',
  bold: '\u001b[1m',
  picture: '\u001b[36m',
};
const RESET = '\u001b[0m';

/** Text and how it is painted, so that widths can be counted without what a terminal doesn't show. */
type Piece = string | readonly [text: string, paint: Paint | undefined];
type Line = readonly Piece[];

/** Widths of the columns but the picture, which takes the rest. */
const WIDTHS = { title: 16, value: 9, limit: 8, age: 7, state: 8 } as const;
const GAPS = 2 * 5;
const LEAST_PICTURE = 8;
const MOST_PICTURE = 60;

/** @returns at most `rows` lines of at most `columns` characters */
export function monitorFrame(monitor: Monitor, frame: Frame): string[] {
  const fixed = Object.values(WIDTHS).reduce((sum, width) => sum + width, GAPS);
  const picture = Math.min(MOST_PICTURE, Math.max(LEAST_PICTURE, frame.columns - fixed));
  const top = [
    headLine(frame),
    ...runLines(monitor, frame.nowMs, picture),
    [],
    [
      [
        padded(['signal', 'now', `last ${spanText(SPAN_MS)}`, 'limit', 'age', 'state'], picture).join('  '),
        'dim',
      ] as const,
    ],
    ...signalLines(monitor, frame.nowMs, picture),
  ];
  const bottom = [...alertLines(monitor, frame.nowMs), ...sourceLines(monitor)];
  return fitted(top, bottom, frame.rows).map((line) => printed(line, frame));
}

function headLine({ nowMs, startMs, plannedMs, target, columns }: Frame): Line {
  const lasted = clockText(nowMs - startMs);
  const left = `launchgate monitor  ${target}`;
  const right = `${plannedMs === null ? lasted : `${lasted} of ${clockText(plannedMs)}`}  Ctrl-C ends it`;
  const gap = ' '.repeat(Math.max(2, columns - left.length - right.length));
  return [['launchgate monitor', 'bold'], `  ${target}`, gap, [right, 'dim']];
}

/** The run in progress: where it stands, its users and the latency of its main route. */
function runLines({ run, progress, runPoints }: Monitor, nowMs: number, picture: number): Line[] {
  if (!run) return [];
  const where = `run ${run.test} ${run.profile}`;
  if (!progress) return [[], [where, ', begun']];
  const { phase, atMs, plannedMs, users, route, perSecond, p95, failed } = progress;
  const past = (of: (point: (typeof runPoints)[number]) => number | undefined) =>
    inSpans(runPoints, nowMs, picture, of);
  const usersPast = past((point) => point.users);
  const latencyPast = past((point) => point.p95);
  return [
    [],
    [
      [where, 'bold'],
      `: ${phase}, ${clockText(atMs)} of ${clockText(plannedMs)}, ${rate(perSecond)} ${route}, `,
      [`failed ${percent(failed)}`, failed >= 0.01 ? 'bad' : undefined],
    ],
    figureLine('users', count(users), usersPast),
    figureLine('p95', p95 === undefined ? '-' : duration(p95), latencyPast),
  ];
}

function figureLine(title: string, value: string, past: readonly (number | undefined)[]): Line {
  const [name, now] = padded([title, value, '', '', '', ''], past.length);
  return [`${name}  `, [`${now}  `, 'bold'], [sparkLine(past, topOf(past)), 'picture']];
}

function rate(perSecond: number): string {
  return `${perSecond.toFixed(1)}/s`;
}

/** The worst in each of `count` spans of the last minutes. */
function inSpans<Point extends { readonly atMs: number }>(
  points: readonly Point[],
  nowMs: number,
  count: number,
  of: (point: Point) => number | undefined,
): (number | undefined)[] {
  const eachMs = SPAN_MS / count;
  return Array.from({ length: count }, (_, index) => {
    const fromMs = nowMs - SPAN_MS + index * eachMs;
    const values = points
      .filter(({ atMs }) => atMs > fromMs && atMs <= fromMs + eachMs)
      .flatMap((point) => of(point) ?? []);
    return values.length > 0 ? Math.max(...values) : undefined;
  });
}

/** What is promised comes first. */
function signalLines(monitor: Monitor, nowMs: number, picture: number): Line[] {
  const vitals = monitor.vitals.at(nowMs);
  if (vitals.length === 0 && !monitor.run) return [[['no readings yet', 'dim']]];
  const isPromised = ({ signal }: Vital) => limitOfSignal(signal) !== undefined;
  const untold = monitor.statuses
    .map(({ alert }) => alert.signal)
    .filter((name) => !vitals.some(({ signal }) => signal === name));
  return [
    ...vitals.filter(isPromised).map((vital) => signalLine(vital, monitor, nowMs, picture)),
    ...untold.map((name) => [[`${signalNamed(name).title.padEnd(WIDTHS.title)}  not measured`, 'dim']] as const),
    ...vitals.filter((vital) => !isPromised(vital)).map((vital) => signalLine(vital, monitor, nowMs, picture)),
  ];
}

function signalLine({ signal, value, ageMs, isStale }: Vital, monitor: Monitor, nowMs: number, picture: number): Line {
  const { title, unit } = signalNamed(signal);
  const limit = limitOfSignal(signal);
  const past = monitor.vitals.past(signal, nowMs, picture);
  const isShare = unit === 'ratio' || unit === 'yes';
  const top = isShare && signal !== 'failed_requests_ratio' ? 1 : Math.max(topOf(past), limitOf(limit));
  const [state, paint] = stateOf(monitor.statusOf(signal), isStale);
  const isBad = limit !== undefined && !isStale && !isWithin(value, limit);
  const [name, now, , bound, age, last] = padded(
    [title, signalText(signal, value), '', limit ? limitText(signal, limit) : '', spanText(ageMs), state],
    picture,
  );
  return [
    [`${name}  `, isStale ? 'dim' : undefined],
    [`${now}  `, isStale ? 'dim' : isBad ? 'bad' : 'bold'],
    ...painted(past, top, limit),
    `  ${bound}  `,
    [`${age}  `, isStale ? 'warning' : 'dim'],
    [last!, paint],
  ];
}

/** What was beyond the limit is seen in the picture too. */
function painted(past: readonly (number | undefined)[], top: number, limit: SignalLimit | undefined): Piece[] {
  return past.map((point) => [
    sparkLine([point], top),
    point !== undefined && limit && !isWithin(point, limit) ? 'bad' : 'picture',
  ]);
}

function stateOf(status: WatchedStatus | undefined, isStale: boolean): [text: string, paint: Paint | undefined] {
  if (status && isAlarming(status.state)) return [status.state.toUpperCase(), 'bad'];
  if (isStale) return ['stale', 'warning'];
  if (!status) return ['', undefined];
  return status.state === 'inactive' ? ['ok', 'good'] : [status.state, 'warning'];
}

/** What fires, and what is about to. */
function alertLines({ statuses }: Monitor, nowMs: number): Line[] {
  const loud = statuses.filter(({ state }) => isAlarming(state) || state === 'pending');
  if (loud.length === 0) return [];
  return [
    [],
    ...loud.map(({ alert, state, sinceMs, text }): Line => {
      const [word, paint] = state === 'pending' ? [state, 'warning' as const] : [state.toUpperCase(), 'bad' as const];
      const since = spanText(nowMs - sinceMs);
      return [
        [word.padEnd(7), paint],
        [` ${alert.name}`, 'bold'],
        `, ${state === 'pending' ? `${since} of ${spanText(alert.forSeconds * 1_000)}` : since}: `,
        state === 'lost' ? text : alert.summary,
      ];
    }),
  ];
}

/** What keeps sources from telling, and what else they have to say. */
function sourceLines({ said }: Monitor): Line[] {
  const lines = [...said]
    .filter(([, text]) => text !== '')
    .map(([source, text]): Line => [[source, 'warning'], `: ${text}`]);
  return lines.length > 0 ? [[], ...lines] : [];
}

function padded([title, value, past, limit, age, state]: readonly string[], picture: number): string[] {
  return [
    title!.padEnd(WIDTHS.title),
    value!.padStart(WIDTHS.value),
    past!.padEnd(picture),
    limit!.padEnd(WIDTHS.limit),
    age!.padStart(WIDTHS.age),
    state!.padEnd(WIDTHS.state),
  ];
}

/** Where there is too little room, what fires stays, and so do the first lines of the table. */
function fitted(top: readonly Line[], bottom: readonly Line[], rows: number): readonly Line[] {
  const hidden = top.length + bottom.length - rows;
  if (hidden <= 0) return [...top, ...bottom];
  const shown = Math.max(1, top.length - hidden - 1);
  return [...top.slice(0, shown), [[`… ${top.length - shown} more`, 'dim'] as const], ...bottom].slice(0, rows);
}

/** Cut to the width of the terminal. */
function printed(line: Line, { columns, coloured }: Frame): string {
  let room = columns;
  let text = '';
  for (const piece of line) {
    const [words, paint] = typeof piece === 'string' ? [piece, undefined] : piece;
    const cut = words.length > room ? `${words.slice(0, Math.max(0, room - 1))}…`.slice(0, room) : words;
    room -= cut.length;
    text += coloured && paint && cut !== '' ? `${ESCAPES[paint]}${cut}${RESET}` : cut;
  }
  return text.trimEnd();
}

function topOf(points: readonly (number | undefined)[]): number {
  return Math.max(Number.MIN_VALUE, ...points.map((point) => point ?? 0));
}

function limitOf(limit: SignalLimit | undefined): number {
  return limit === undefined ? 0 : Object.values(limit)[0]!;
}
