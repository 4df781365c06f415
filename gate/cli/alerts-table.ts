import { limitOfAlert } from '../../src/wire/alerts.ts';
import { type SignalUnit, signalNamed } from '../../src/wire/signals.ts';
import type { AlertHistory, Stretch } from '../observe/alert-history.ts';
import { clock, count, duration, percent } from './figures.ts';

/** A line an alert: the worst value of its signal, and when it fired. @param span times are told from its beginning */
export function alertsTable(histories: readonly AlertHistory[], span: Stretch): string[] {
  const rows = histories.map(({ alert, worst, fired }) => {
    const { unit } = signalNamed(alert.signal);
    const limit = limitOfAlert(alert);
    const [sign, value] =
      'below' in limit ? ['<', limit.below] : 'above' in limit ? ['>', limit.above] : ['>=', limit.atLeast];
    return [
      alert.name,
      `${sign} ${figure(value, unit)}`,
      worst === undefined ? '-' : figure(worst, unit),
      worst === undefined ? 'not evaluated: too little, or nothing, told its signal' : firedText(fired, span),
    ];
  });
  const table = [['alert', 'promised', 'worst', 'fired'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function firedText(fired: readonly Stretch[], { fromMs, toMs }: Stretch): string {
  if (fired.length === 0) return 'no';
  const atEnd = (stretch: Stretch) => toMs - stretch.toMs < 10_000;
  return fired
    .map((each) => `${clock(each.fromMs - fromMs)} to ${atEnd(each) ? 'the end' : clock(each.toMs - fromMs)}`)
    .join(', ');
}

function figure(value: number, unit: SignalUnit): string {
  if (unit === 'ratio') return percent(value);
  return unit === 'ms' ? duration(value) : count(Math.round(value));
}

/** @param url of Prometheus */
export function placesToLook(url: string): string[] {
  const graph = (expr: string) =>
    `${url}/graph?${new URLSearchParams({ 'g0.expr': expr, 'g0.tab': '0', 'g0.range_input': '10m' })}`;
  return [
    `Prometheus  ${url}`,
    `  alerts    ${url}/alerts`,
    `  signals   ${graph('{__name__=~"launchgate:.+_ratio"}')}`,
    `  chat p95  ${graph('histogram_quantile(0.95, sum(rate(k6_http_req_duration_seconds{name="POST /api/chat"}[1m])))')}`,
  ];
}
