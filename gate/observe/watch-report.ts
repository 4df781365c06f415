/** The report of a watch, in Markdown that reads as well on a terminal. */
import { COUNTED } from '../../src/wire/counted.ts';
import { signalNamed } from '../../src/wire/signals.ts';
import type { WatchedStretch, WatchFile } from '../../src/wire/watch-file.ts';
import { count, percent } from '../judge/figures.ts';
import { clockText, signalText, spanText } from './figures.ts';

/** The whole report. */
export function watchReport(watch: WatchFile): string {
  const { alerts, signals, sources, notes, notMeasured } = watch;
  const time = timesOf(watch);
  const day = watch.startedAt.slice(0, 10);
  return [
    `# Watch of ${watch.target}, ${day}`,
    '',
    `${time(watch.startedAt)} to ${time(watch.endedAt)} UTC. ${watchVerdict(watch)}`,
    ...section(
      'Alerts',
      ['alert', 'severity', 'fired', 'resolved', 'what was seen'],
      [
        ...alerts.map(({ alert, severity, firedAt, resolvedAt, text }) => [
          ...[alert, severity, time(firedAt), resolvedAt === null ? 'still firing' : time(resolvedAt), text],
        ]),
      ],
    ),
    ...section(
      'Signals',
      ['signal', 'limit', 'low', 'mean', 'high', 'readings'],
      [
        ...signals.map(({ signal, readings, low, mean, high, limitText }) => [
          signalNamed(signal).title,
          limitText,
          ...[low, signal === 'healthy' ? undefined : mean, high].map((value) =>
            value === undefined ? '' : signalText(signal, value),
          ),
          count(readings),
        ]),
        ...notMeasured.map((signal) => [signalNamed(signal).title, 'not measured', '', '', '', '0']),
      ],
    ),
    ...errorsSection(watch, time),
    ...section(
      'Sources',
      ['source', 'every', 'looks', 'failed'],
      [
        ...sources.map(({ source, everyMs, looks, failed }) => [
          source,
          spanText(everyMs),
          count(looks),
          count(failed),
        ]),
      ],
    ),
    ...section('Notes', ['at', 'source', 'what'], [...notes.map(({ at, source, text }) => [time(at), source, text])]),
    '',
  ].join('\n');
}

/** One sentence, or a few. */
export function watchVerdict(watch: WatchFile): string {
  const unmeasured = watch.notMeasured.map((signal) => signalNamed(signal).title).join(', ');
  return unmeasured ? `${outcomeText(watch)} Not measured: ${unmeasured}.` : outcomeText(watch);
}

function outcomeText({ outcome, alerts, reasons, startedAt, endedAt, plannedMs, interrupted }: WatchFile): string {
  const lasted = clockText(Date.parse(endedAt) - Date.parse(startedAt));
  const span = interrupted && plannedMs !== null ? `${lasted} of ${clockText(plannedMs)} (interrupted)` : lasted;
  if (outcome === 'alerts') {
    const open = alerts.filter(({ resolvedAt }) => resolvedAt === null).length;
    const now = open === 0 ? 'all of them resolved' : `${open} still firing`;
    return `ALERTS: ${alerts.length} fired in ${span}, ${now}.`;
  }
  if (outcome === 'inconclusive') return `INCONCLUSIVE: no alert fired in ${span}, but ${reasons.join('; ')}.`;
  return `Well: no alert fired in ${span}.`;
}

/** Errors by kind over time. Only kinds that some source counts have a column. */
function errorsSection({ stretches, stretchMs }: WatchFile, time: (at: string) => string): string[] {
  const kinds = COUNTED.filter((what) => stretches.some(({ counts }) => counts[what] !== undefined));
  const hasHealth = stretches.some(({ healthLooks }) => healthLooks > 0);
  const head = ['from', ...kinds, ...(hasHealth ? ['unhealthy'] : [])];
  const rows = stretches.map((stretch) => [
    time(stretch.from),
    ...kinds.map((what) => countText(stretch, what)),
    ...(hasHealth ? [`${stretch.unhealthy} of ${stretch.healthLooks}`] : []),
  ]);
  const table = section(`Errors by kind, in stretches of ${spanText(stretchMs)}`, head, head.length > 1 ? rows : []);
  return kinds.includes('requests')
    ? table
    : [...table, '', 'No source counts requests by status: set METRICS_URL to a page that does.'];
}

function countText({ counts }: WatchedStretch, what: (typeof COUNTED)[number]): string {
  const value = counts[what];
  if (value === undefined) return '-';
  const share =
    what === 'server errors' && value > 0 && counts.requests ? ` (${percent(value / counts.requests)})` : '';
  return `${count(value)}${share}`;
}

/** Nothing when there are no rows. */
function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
  return [
    '',
    `## ${title}`,
    '',
    lines[0]!,
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...lines.slice(1),
  ];
}

/** How times are written: the day only where there are several. */
function timesOf({ startedAt, endedAt }: WatchFile): (at: string) => string {
  const sameDay = startedAt.slice(0, 10) === endedAt.slice(0, 10);
  return (at) => (sameDay ? at.slice(11, 19) : `${at.slice(5, 10)} ${at.slice(11, 19)}`);
}
