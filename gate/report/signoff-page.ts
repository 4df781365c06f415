/** signoff.html: the Go/No-Go page. One file that asks nothing of anybody, and has lines that only people fill. */

import script from 'inline:./page/index-main.ts';
import type { LineState, MetricRow, Signature, SignoffFile, State } from '../../src/wire/release-files.ts';
import type { Tone } from './headline.ts';
import { type Html, html } from './markup.ts';
import { count } from './page/figures.ts';
import { document } from './report-page.ts';
import { icon, missing, table } from './sections.ts';
import {
  DECISION_TONES,
  decisionSentence,
  minuteOf,
  monthlyText,
  NOTHING,
  RULE,
  releaseText,
  risksIn,
} from './signoff-words.ts';

/** @param fingerprint SHA-256 of signoff.json, by which a printed page is known to belong to it */
export function signoffPage(signoff: SignoffFile, fingerprint: string): string {
  const { decision, at, lines } = signoff;
  const sections: [id: string, title: string, content: Html][] = [
    ['technical', 'Technical metrics', metricsSection(signoff.metrics)],
    ['business', 'Business metrics', linesSection('business-lines', 'Business metrics', lines.filter(isBusiness))],
    ['fixes', 'Bottlenecks and fixes', fixesSection(signoff)],
    ['costs', 'Costs and capacity', costsSection(signoff)],
    ['monitoring', 'Monitoring', linesSection('monitoring-lines', 'Monitoring', lines.filter(inPhase('Monitoring')))],
    ['risks', 'Risks', risksSection(lines)],
    ['rollback', 'Rollback', linesSection('rollback-lines', 'Rollback plan', lines.filter(inPhase('Rollback')))],
    ['signatures', 'Signatures', signaturesSection(signoff.signatures)],
    ['all-lines', 'Whole checklist', linesSection('checklist', 'Whole checklist', lines, true)],
    ['evidence', 'Evidence', evidenceSection(signoff, fingerprint)],
  ];
  return document(
    `${decision}: ${releaseText(signoff)}, ${minuteOf(at)}`,
    html`<header class="top"><p><b>launchgate</b> Go/No-Go · <time datetime="${at}">${minuteOf(at)} UTC</time> · ${releaseText(signoff)}</p>
<button type="button" id="theme" hidden>Dark</button></header>
<main id="main" tabindex="-1">
${decisionSection(signoff)}
<nav aria-label="Sections"><ul class="index">${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${sections.map(([id, , content]) => html`<section id="${id}">${content}</section>`)}
</main>
<p id="status" class="unseen" role="status"></p>`,
    null,
    script,
  );
}

/** Of the reasons; the rest is folded, and stands in the whole checklist too. */
const REASONS_SHOWN = 12;

function decisionSection(signoff: SignoffFile): Html {
  const { decision, reasons, maxAgeDays } = signoff;
  const more = reasons.slice(REASONS_SHOWN);
  const tone = DECISION_TONES[decision];
  return html`<section class="verdict ${tone}" aria-labelledby="verdict">
<p class="badge">${icon(tone)}<span>${decision}</span></p>
<h1 id="verdict">${decisionSentence(signoff)}</h1>
<p class="detail">Evidence counts for ${maxAgeDays} days, of this target and revision only. Smoke and gate runs are none.</p>
<div class="notes"><h2>Why</h2>${bullets(reasons.slice(0, REASONS_SHOWN))}${more.length > 0 && html`<details><summary>${`and ${more.length} more`}</summary>${bullets(more)}</details>`}</div>
</section>`;
}

function bullets(items: readonly string[]): Html {
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

const OUTCOME_TONES: Readonly<Record<MetricRow['outcome'], Tone>> = {
  pass: 'pass',
  fail: 'fail',
  inconclusive: 'unsure',
  'not measured': 'unsure',
};

function outcome(tone: Tone, word: string): Html {
  return html`<span class="outcome ${tone}">${icon(tone)} ${word}</span>`;
}

function metricsSection(metrics: readonly MetricRow[]): Html {
  const title = 'Technical metrics';
  if (metrics.length === 0) return html`<h2>${title}</h2>${missing('No run counts as evidence yet.')}`;
  const order = (row: MetricRow) => ['fail', 'inconclusive', 'not measured', 'pass'].indexOf(row.outcome);
  return table(
    'metrics',
    title,
    [
      { title: 'Pass?' },
      { title: 'Criterion' },
      { title: 'Phase' },
      { title: 'Target' },
      { title: 'Actual', number: true },
      { title: '99 % interval' },
      { title: 'Samples', number: true },
      { title: 'Run' },
    ],
    [...metrics]
      .sort((a, b) => order(a) - order(b))
      .map((row) => [
        outcome(OUTCOME_TONES[row.outcome], row.outcome),
        row.criterion,
        row.phase,
        row.limitText,
        row.actual,
        row.interval || NOTHING,
        count(row.samples),
        row.run,
      ]),
  );
}

const STATE_TONES: Readonly<Record<State, Tone>> = {
  passed: 'pass',
  failed: 'fail',
  invalid: 'invalid',
  inconclusive: 'unsure',
  stale: 'unsure',
  'not measured': 'unsure',
  'waiting for a person': 'unsure',
  'not yet': 'unsure',
  'not applicable': 'pass',
};

/** @param grouped names the part that each line is of */
function linesSection(id: string, title: string, lines: readonly LineState[], grouped = false): Html {
  const part = grouped ? [{ title: 'Part' }] : [];
  return table(
    id,
    title,
    [{ title: 'State' }, ...part, { title: 'Line' }, { title: 'What' }, { title: 'Behind it' }, { title: 'When' }],
    lines.map((line) => [
      outcome(STATE_TONES[line.state], line.state),
      ...(grouped ? [`${line.phase}: ${line.part}`] : []),
      line.severity === 'must' ? line.id : `${line.id} (should)`,
      line.text,
      behind(line),
      line.at ? line.at.slice(0, 10) : NOTHING,
    ]),
  );
}

function behind({ figure, source, waiver, next }: LineState): Html {
  return html`${figure}${source && html` <span class="quiet">${source}</span>`}${waiver && html` <b>Waived by ${waiver.by} until ${waiver.until}: ${waiver.note}</b>`}${next && html` <code>${next}</code>`}`;
}

function fixesSection({ findings, compared, lines }: SignoffFile): Html {
  const audited = lines.some(({ source }) => source.startsWith('audit/'));
  const found =
    findings.length > 0
      ? table(
          'findings',
          'Bottlenecks and fixes',
          [
            { title: 'Severity' },
            { title: 'What' },
            { title: 'Seen' },
            { title: 'Fix' },
            { title: 'Cost', number: true },
          ],
          findings.map(({ severity, title, seen, fix, monthlyCost }) => [
            severity,
            title,
            seen,
            html`<code>${fix}</code>`,
            monthlyText(monthlyCost),
          ]),
        )
      : html`<h2>Bottlenecks and fixes</h2>${missing(audited ? 'The audit found none.' : 'Nobody has audited this target.')}`;
  const before =
    compared.length > 0
      ? table(
          'compared',
          'Before and after',
          [
            { title: 'Figure' },
            { title: 'Before', number: true },
            { title: 'After', number: true },
            { title: 'Verdict' },
          ],
          compared.map(({ headline, before, after, verdict }) => [headline, before, after, verdict]),
          3,
        )
      : missing('No run was compared with a baseline, and none of before the fixes counts.');
  return html`${found}${before}`;
}

function costsSection({ costs }: SignoffFile): Html {
  return table(
    'setups',
    'Costs and capacity',
    [{ title: 'Setup' }, { title: 'Parts' }, { title: 'A month', number: true }, { title: 'Carries' }],
    costs.map(({ setup, parts, carries }) => [
      setup,
      parts.map(({ what, monthly }) => `${what} $${monthly}`).join(', '),
      `$${parts.reduce((sum, { monthly }) => sum + monthly, 0)}`,
      carries,
    ]),
  );
}

function risksSection(lines: readonly LineState[]): Html {
  const risks = risksIn(lines);
  if (risks.length === 0) return html`<h2>Risks</h2>${missing('Nothing is open or waived.')}`;
  return linesSection('risk-lines', 'Risks: open or waived, and not in the way', risks);
}

/** A card for each of the three; what is empty is filled by hand, on paper. */
function signaturesSection(signatures: readonly Signature[]): Html {
  return html`<h2>Signatures</h2>
<p class="quiet">Signed by <code>./launchgate attest &lt;line&gt; --by &lt;name&gt;</code>, or by hand.</p>
<div class="signatures">${signatures.map(signature)}</div>`;
}

function signature({ role, line, by, at, note }: Signature): Html {
  const field = (name: string, value: string) =>
    html`<div><dt>${name}</dt><dd>${value || html`<span class="blank"><span class="unseen">empty</span></span>`}</dd></div>`;
  return html`<article><h3>${role}</h3><p class="quiet">${line}</p>
<dl>${field('Name', by)}${field('Date', at.slice(0, 10))}${field('Go or no-go', by && 'go')}${field('Signature', '')}</dl>${note && html`<p>${note}</p>`}</article>`;
}

function evidenceSection({ evidence, launchgate }: SignoffFile, fingerprint: string): Html {
  const rows = evidence.map(({ path, sha256 }) => [path, html`<code>${sha256}</code>`]);
  return html`${table('files', 'Evidence', [{ title: 'File' }, { title: 'SHA-256' }], rows)}
<p class="hint">This page belongs to the signoff.json of SHA-256 <code>${fingerprint}</code>; <code>./launchgate signoff verify</code> holds all of it against the files. Made by launchgate ${launchgate}.</p>
<h3>The rule</h3>
<p class="quiet">Of the lines that the launch hangs on, the first that applies:</p>
<ol>${RULE.map((rule) => html`<li>${rule}</li>`)}</ol>`;
}

const inPhase = (name: string) => (line: LineState) => line.phase === name;
const isBusiness = ({ id }: LineState) => id.startsWith('business.');
