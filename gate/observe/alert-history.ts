/** What a Prometheus with our rules saw of each alert in a stretch of time. */
import { ALERTS, type Alert, limitOfAlert } from '../../src/wire/alerts.ts';
import { recordedName } from './alert-rules.ts';

export interface AlertHistory {
  readonly alert: Alert;
  /** Of its signal, in the signal's unit; undefined when nothing told it, so that the alert could not have fired. */
  readonly worst: number | undefined;
  /** When it fired, Unix ms, one after the other. */
  readonly fired: readonly Stretch[];
}

export interface Stretch {
  readonly fromMs: number;
  toMs: number;
}

interface Series {
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

/** At most as often as anything is scraped. */
const STEP_MS = 5_000;

/** @param url of Prometheus @param span Unix ms @throws when Prometheus doesn't answer */
export async function alertHistories(url: string, span: Stretch): Promise<AlertHistory[]> {
  return Promise.all(
    ALERTS.map(async (alert) => {
      const values = (await valuesOf(url, recordedName(alert.signal), span)).map(([, value]) => value);
      const isGoodLow = 'below' in limitOfAlert(alert);
      const worst = values.length === 0 ? undefined : isGoodLow ? Math.max(...values) : Math.min(...values);
      const firing = await valuesOf(url, `ALERTS{alertname="${alert.name}",alertstate="firing"}`, span);
      return { alert, worst, fired: stretchesOf(firing.map(([atMs]) => atMs)) };
    }),
  );
}

/** @returns times, Unix ms, and values of all series that the query finds; none that are NaN */
async function valuesOf(url: string, query: string, { fromMs, toMs }: Stretch): Promise<[number, number][]> {
  const search = new URLSearchParams({
    query,
    start: String(fromMs / 1_000),
    end: String(toMs / 1_000),
    step: String(STEP_MS / 1_000),
  });
  const answer = await fetch(`${url}/api/v1/query_range?${search}`);
  if (!answer.ok) throw new Error(`Prometheus answers ${answer.status} to ${query}: ${await answer.text()}`);
  const { data } = (await answer.json()) as { data: { result: readonly Series[] } };
  return data.result
    .flatMap(({ values }) => values.map(([seconds, value]): [number, number] => [seconds * 1_000, Number(value)]))
    .filter(([, value]) => !Number.isNaN(value));
}

/** @param times of one alert, ascending */
function stretchesOf(times: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const atMs of times) {
    const last = stretches.at(-1);
    if (last && atMs - last.toMs <= 1.5 * STEP_MS) last.toMs = atMs;
    else stretches.push({ fromMs: atMs, toMs: atMs });
  }
  return stretches;
}
