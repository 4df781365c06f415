/** Why the run was slow or failed: the report's section and the lines for summary.md. */
import type { Diagnosis, Finding } from '../../src/wire/diagnosis-file.ts';
import {
  diagnosisSentence,
  fixText,
  harmText,
  onsetText,
  shiftText,
  standingText,
  sureText,
  titleOf,
  toldShifts,
} from '../judge/diagnosis-lines.ts';
import { type Html, html } from './markup.ts';
import { missing, table } from './sections.ts';

const COLUMNS = [
  { title: 'Weak point' },
  { title: 'Standing' },
  { title: 'Sure', number: true },
  { title: 'Seen' },
] as const;

/** @param diagnosis or why there is none */
export function diagnosisSection(diagnosis: Diagnosis | { refused: string }): Html {
  if ('refused' in diagnosis) return missing(`No diagnosis: ${diagnosis.refused}.`);
  const { findings, symptoms, blindSpots, calm } = diagnosis;
  const shown = findings.filter(({ standing }) => standing === 'cause' || standing === 'possible');
  // What couldn't be weighed is told once, at the end.
  const weighed = findings.filter(({ standing }) => standing !== 'untold');
  return html`<h2>Diagnosis</h2><p>${diagnosisSentence(diagnosis)}</p>
${list('To be explained', symptoms)}
${shown.map(findingPart)}
${weighed.length > 0 ? table('findings', 'What was weighed', COLUMNS, weighed.map(findingRow), 3) : html``}
${list(`Moved most, against ${calm}`, toldShifts(diagnosis).map(shiftText))}
${list('Can’t be told from this run', blindSpots)}`;
}

function findingPart(finding: Finding): Html {
  const { title, supporting, against, proof, standing } = finding;
  const rows: [string, string][] = [
    ['Seen for it', supporting.join('; ') || '–'],
    ['Seen against it', against.join('; ') || '–'],
    ['Shows', onsetText(finding)],
    ['Costs', harmText(finding)],
    ['Fix', fixText(finding)],
    ['Proof', proof],
  ];
  return html`<h3>${title} <span class="tag">${standing === 'possible' ? 'possible, ' : ''}${standingText(finding)}</span></h3>
<dl class="environment">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function findingRow({ title, standing, because, confidence, supporting, against }: Finding): string[] {
  const why = because === null ? standing : `${standing} of “${titleOf(because)}”`;
  return [title, why, sureText(confidence), [...supporting, ...against][0] ?? '–'];
}

function list(title: string, items: readonly string[]): Html {
  if (items.length === 0) return html``;
  return html`<h3>${title}</h3><ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
