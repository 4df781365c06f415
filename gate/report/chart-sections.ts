/** Places for the charts, with the words that stand where there is nothing to draw. The page's script fills them. */

import { SIGNALS } from '../../src/wire/signals.ts';
import { type Html, html } from './markup.ts';
import type { PageData } from './page/data.ts';
import { duration } from './page/figures.ts';
import { missing } from './sections.ts';

/** Fewer make no course of a latency. */
const LEAST_SUCCESSES = 20;

/** One chart. @param note says what is drawn, and how to read it */
function chart(kind: string, title: string, note: string, route?: number): Html {
  const id = route === undefined ? `chart-${kind}` : `chart-${kind}-${route}`;
  return html`<figure class="chart" id="${id}" data-chart="${kind}"${route !== undefined && html` data-route="${route}"`}>
<figcaption><h3>${title}</h3><p class="hint">${note}</p></figcaption>
<noscript><p class="missing">Charts need JavaScript; the tables of this page don’t.</p></noscript>
</figure>`;
}

function signalChart({ signal, source }: PageData['signals'][number], index: number): Html {
  const known = SIGNALS.find(({ name }) => name === signal);
  const title = known ? known.title.charAt(0).toUpperCase() + known.title.slice(1) : signal;
  const note = `${known?.meaning ?? 'A server signal'} (${signal}).`;
  return chart('signal', source ? `${title}, ${source}` : title, note.charAt(0).toUpperCase() + note.slice(1), index);
}

/** Everything that has a time, one axis for all. */
export function timeCharts(data: PageData): Html {
  const rare = data.routes.filter((_, index) => data.successes[index]! < LEAST_SUCCESSES);
  return html`<h2>Over time</h2><div class="bar-of-time" id="time-bar" hidden></div>
${chart('users', 'Users', 'Virtual users at once. The bands behind all charts are the phases: only they are judged.')}
${chart('rate', 'Requests each second', 'When they were sent, by endpoint.')}
<div class="pair">${data.routes.map((route, index) => data.successes[index]! >= LEAST_SUCCESSES && chart('latency', route, latencyNote(data, index), index))}</div>
${rare.length > 0 && html`<p class="hint">Too few successful requests for a chart of their latency: ${rare.join(', ')}.</p>`}
${
  data.kinds.length === 0
    ? missing('Failures: no request failed.')
    : chart('failures', 'Failures each second', 'When they were counted, by kind, stacked.')
}
${data.resolutions[0]!.dropped.some((rate) => rate > 0) && chart('dropped', 'Dropped arrivals each second', 'Arrivals that found no free virtual user.')}
${
  data.parts.some((parts) => parts.length > 0)
    ? chart(
        'parts',
        'Where the time goes',
        'Mean of each part that the platform reports in Server-Timing, stacked; “other” is what no part explains.',
      )
    : missing('Where the time goes: the platform sent no Server-Timing.')
}
${
  data.signals.length === 0
    ? missing('Server signals: none were recorded, so connections, queue, cache and AI headroom are unknown.')
    : html`<div class="pair">${data.signals.map(signalChart)}</div>`
}
${
  data.generator === null
    ? missing('Load generator: its CPU and memory were not recorded.')
    : chart(
        'generator',
        'Load generator',
        'What k6 used of its cores and of the machine’s memory. A run is invalid over 80 % CPU or 90 % memory for a while.',
      )
}`;
}

/** Everything that has no time. */
export function shapeCharts(data: PageData): Html {
  return html`<h2>Distribution and load</h2>${
    data.distributions.length === 0
      ? missing('Distribution: no request succeeded while a phase was held.')
      : chart(
          'distribution',
          'Latency distribution',
          'Share of the successful requests by duration, one curve a phase; the scale is logarithmic.',
        )
  }
${
  data.load.length === 0
    ? missing('Latency against load: no moment had the 20 requests that a p95 needs.')
    : chart('load', 'Latency against load', 'Each point is the p95 of one moment of the run.')
}`;
}

function latencyNote({ limits }: PageData, route: number): string {
  const mine = limits.filter((limit) => limit.route === route).map(({ stat, ms }) => `${stat} < ${duration(ms)}`);
  const limit = mine.length > 0 ? `Limits: ${mine.join(', ')}. ` : '';
  return `${limit}A p95 needs 20 requests a point, a p99 100.`;
}
