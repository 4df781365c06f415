/** comparison.html: new runs beside those of the baseline. One file that asks nothing of anybody. */

import script from 'inline:./page/comparison-main.ts';
import { HEADLINES, type Headline } from '../../src/thresholds.ts';
import type { RunFigures } from '../../src/wire/baseline-file.ts';
import type { Change, ComparisonFile } from '../../src/wire/comparison-file.ts';
import { setupText } from '../judge/baseline.ts';
import { claimText, intervalText, levelText, valueText, worseBy } from '../judge/comparison-lines.ts';
import { blindness, CHANGE_TONES, comparisonHeadline } from './comparison-headline.ts';
import { type ComparedPlace, comparedPlaces } from './comparison-view.ts';
import { type Html, html } from './markup.ts';
import { document } from './report-page.ts';
import { icon, missing, table } from './sections.ts';

export function comparisonPage(comparison: ComparisonFile): string {
  const { test, comparedAt } = comparison;
  const places = comparedPlaces(comparison);
  const when = comparedAt.replace('T', ' ').slice(0, 16);
  const { word } = comparisonHeadline(comparison);
  return document(
    `${word}: ${test} against its baseline, ${when}`,
    html`<header class="top"><p><b>launchgate</b> ${test} against its baseline · <time datetime="${comparedAt}">${when} UTC</time> · <a href="report.html">report of the newest run</a></p>
<button type="button" id="theme" hidden>Dark</button></header>
<main id="main" tabindex="-1">
${verdictSection(comparison)}
<section id="figures-section">${figuresSection(comparison)}</section>
<section id="distributions">${distributionSection(places)}</section>
<section id="runs-section">${runsSection('old-runs', 'Runs of the baseline', comparison.old)}${runsSection('new-runs', 'New runs', comparison.new)}</section>
</main>
<p id="status" class="unseen" role="status"></p>`,
    places.map(({ distribution }) => distribution),
    script,
  );
}

function verdictSection(comparison: ComparisonFile): Html {
  const { tone, word, sentence, detail } = comparisonHeadline(comparison);
  const blind = blindness(comparison);
  return html`<section class="verdict ${tone}" aria-labelledby="verdict">
<p class="badge">${icon(tone)}<span>${word}</span></p>
<h1 id="verdict">${sentence}</h1>
${detail && html`<p class="detail">${detail}</p>`}
${blind && html`<p class="detail">${blind}</p>`}
<p class="detail">${setupText(comparison)}</p>
</section>`;
}

function figuresSection(comparison: ComparisonFile): Html {
  const { changes, missing: lacking, newRuns } = comparison;
  const number = true;
  const several = newRuns > 1;
  const rows = changes.map((change) => {
    const headline = HEADLINES.find(({ id }) => id === change.headline);
    const tone = CHANGE_TONES[change.verdict];
    return [
      html`<span class="outcome ${tone}">${icon(tone)} ${change.verdict}</span>`,
      html`<b>${change.headline}</b><br><span class="quiet">${headline?.route}</span>`,
      html`${levelText(change.stat, change.old)}<br>${levelText(change.stat, change.new)}`,
      headline ? strip(headline, comparison) : '',
      html`${claimText(change)}<br><span class="quiet">${intervalText(change)}</span>${forest(change)}`,
      worseBy(change.stat, change.detectable),
      ...(several ? [worseBy(change.stat, change.detectableAlone)] : []),
    ];
  });
  return html`${
    rows.length === 0
      ? missing('No headline figure is in every run, so none was compared.')
      : table(
          'figures',
          'Headline figures',
          [
            { title: 'Verdict' },
            { title: 'Figure' },
            { title: 'Old, new', number },
            { title: 'Each run' },
            { title: 'Change', number },
            { title: 'Would have seen', number },
            ...(several ? [{ title: 'One run would', number } as const] : []),
          ],
          rows,
        )
  }
<p class="hint">Old and new: the mean of the runs ± how far runs of one version differ by themselves; each run is a dot, the old ones above. The
interval of a change contains that difference and holds for all figures at once; “~” stands where no change is claimed. The band is what counts as
unchanged: equivalent is what two tests at 95 % put inside it. “Would have seen” is the smallest change for the worse that such runs find in 95 of 100
comparisons. Of comparisons of identical versions at most 4 in 100 claim any change.</p>
${lacking.length > 0 && html`<p class="hint">Not in every run, so not compared: ${lacking.join(', ')}.</p>`}`;
}

/** A dot a run: the old ones above, the new ones below, on one scale. The runs' tables say the same in figures. */
function strip({ id }: Headline, { old, new: fresh }: ComparisonFile): Html {
  const values = (runs: readonly RunFigures[]) =>
    runs
      .map(({ figures }) => figures.find(({ headline }) => headline === id)?.value ?? null)
      .filter((value) => value !== null);
  const [before, now] = [values(old), values(fresh)];
  const [least, most] = [Math.min(...before, ...now), Math.max(...before, ...now)];
  const x = (value: number) => (most === least ? 60 : 6 + (108 * (value - least)) / (most - least)).toFixed(1);
  const dots = (side: readonly number[], y: number, kind: string) =>
    side.map((value) => html`<circle class="${kind}" cx="${x(value)}" cy="${y}" r="3.5"/>`);
  return html`<svg class="strip-plot" viewBox="0 0 120 28" width="120" height="28" aria-hidden="true"><path d="M0 14H120"/>${dots(before, 7, 'old')}${dots(now, 21, 'new')}</svg>`;
}

/** The change with its interval, on a scale that ends at four margins; the band is the margin. */
function forest({ change, interval, margin, verdict }: Change): Html {
  const x = (value: number) => 60 + 60 * Math.max(-1, Math.min(1, value / (4 * margin)));
  const at = (value: number) => x(value).toFixed(1);
  const band = x(margin) - x(-margin);
  return html`<svg class="forest ${CHANGE_TONES[verdict]}" viewBox="0 0 120 14" width="120" height="14" aria-hidden="true"><rect x="${at(-margin)}" width="${band.toFixed(1)}" height="14"/><path class="zero" d="M60 0V14"/><path class="interval" d="M${at(interval.low)} 7H${at(interval.high)}"/><circle cx="${at(change)}" cy="7" r="3.2"/></svg>`;
}

function distributionSection(places: readonly ComparedPlace[]): Html {
  if (places.length === 0) return missing('No distributions: not all runs have a timeline.');
  return html`<h2>Distributions, old and new</h2><div class="pair">${places.map(
    ({ route, phase }, index) => html`<figure class="chart" id="chart-distribution-${index}" data-chart="distribution">
<figcaption><h3>${route} in ${phase}</h3><p class="hint">Share of the successful requests by duration, all runs of a side together; the scale is logarithmic.</p></figcaption>
<noscript><p class="missing">Charts need JavaScript; the tables of this page don’t.</p></noscript>
</figure>`,
  )}</div>`;
}

function runsSection(id: string, title: string, runs: readonly RunFigures[]): Html {
  const headlines = HEADLINES.filter((headline) =>
    runs.some(({ figures }) => figures.some((figure) => figure.headline === headline.id)),
  );
  const number = true;
  return table(
    id,
    title,
    [
      { title: 'Started (UTC), run' },
      { title: 'Revision' },
      ...headlines.map((headline) => ({ title: headline.id.split('.').slice(1).join(' '), number }) as const),
    ],
    runs.map(({ runId, startedAt, revision, figures }) => [
      html`${startedAt.slice(0, 19).replace('T', ' ')}<br><span class="quiet">${runId}</span>`,
      revision || 'unknown',
      ...headlines.map(({ id: headline, stat }) => {
        const value = figures.find((figure) => figure.headline === headline)?.value ?? null;
        return value === null ? '–' : valueText(stat, value);
      }),
    ]),
  );
}
