/** A diagnosis in words: the same at a terminal, in Markdown and in the report. */
import type { CauseId, Diagnosis, Finding, Shift } from '../../src/wire/diagnosis-file.ts';
import { CAUSES } from './causes.ts';
import { digits, duration, percent } from './figures.ts';

/** Shifts that are told; the rest is in the JSON. */
const TOLD_SHIFTS = 5;

/** The diagnosis in one sentence. */
export function diagnosisSentence({ outcome, findings, symptoms }: Diagnosis): string {
  const causes = findings.filter(({ standing }) => standing === 'cause');
  switch (outcome) {
    case 'explained':
      return causes.length === 1
        ? `${causes[0]!.title}.`
        : `${causes.length} weak points show; the costliest: ${causes[0]!.title}.`;
    case 'unexplained':
      return `None of these: ${symptoms[0]}, and no weak point of the platform shows.`;
    case 'well':
      return 'Nothing is to be explained, and no weak point shows.';
    case 'blind':
      return 'This run shows too little to say anything.';
  }
}

/** How sure the rules are, ratio 0..1, in whole per cent: their weights bear no more. 0.0009 -> `< 1 %` */
export function sureText(confidence: number): string {
  if (confidence < 0.01) return '< 1 %';
  return confidence > 0.99 ? '> 99 %' : `${Math.round(confidence * 100)} %`;
}

/** How sure, how severe: `95 %, high`. */
export function standingText({ confidence, severity }: Finding): string {
  return `${sureText(confidence)} sure, ${severity}`;
}

export function onsetText({ onset }: Finding): string {
  if (onset === null) return 'not known';
  if (onset.always) return 'from the first request on, whatever the load';
  const users = onset.users === null ? '' : `, with ${onset.users} users`;
  return `from second ${Math.floor(onset.second)} on${users}`;
}

export function harmText({ cause, harm: { failed, time } }: Finding): string {
  if (cause === 'video-workers') return `${percent(time)} of the published videos were left waiting`;
  const parts = [
    ...(failed > 0 ? [`${percent(failed)} of the requests under load failed by it`] : []),
    ...(time > 0 ? [`${percent(time)} of all waiting under load was for it`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : 'nothing that was measured here';
}

export function fixText({ fix, monthlyCost }: Finding): string {
  return `${fix} ($${monthlyCost} a month)`;
}

/** `AI throttles: 0 in calm, 84 under load (84 ranges)` */
export function shiftText({ title, unit, calm, loaded, shift }: Shift): string {
  return `${title}: ${valueText(unit, calm)} in calm, ${valueText(unit, loaded)} under load (${digits(shift)} ranges)`;
}

/** Those that moved by more than their calm range. */
export function toldShifts({ shifts }: Diagnosis): Shift[] {
  return shifts.filter(({ shift }) => Math.abs(shift) > 1).slice(0, TOLD_SHIFTS);
}

export function titleOf(cause: CauseId): string {
  return CAUSES.find(({ id }) => id === cause)!.title;
}

/** For one reader at a terminal: what it is, what else was weighed, what can't be told; the sentence last. */
export function diagnosisLines(diagnosis: Diagnosis): string[] {
  const { findings, symptoms, blindSpots, test, calm } = diagnosis;
  const of = (...standings: Finding['standing'][]) => findings.filter(({ standing }) => standings.includes(standing));
  const told = toldShifts(diagnosis);
  return [
    ...section('To be explained', symptoms),
    ...of('cause', 'possible').flatMap((finding, index) => [
      `${index + 1}. ${finding.title} (${standing(finding)})`,
      ...detail(finding),
      '',
    ]),
    ...section(
      'Consequences',
      of('consequence').map((finding) => `${finding.title}: because of "${titleOf(finding.because!)}"`),
    ),
    ...section(`Moved most, against ${calm}`, told.map(shiftText)),
    ...section(
      'Weighed and put aside',
      of('unlikely').map((finding) => `${finding.title}? Unlikely: ${finding.against[0] ?? finding.supporting[0]}`),
    ),
    ...section('Can’t be told from this run', blindSpots),
    `${test}: ${diagnosisSentence(diagnosis)}`,
  ];
}

function standing(finding: Finding): string {
  return `${finding.standing === 'possible' ? 'possible, ' : ''}${standingText(finding)}`;
}

function detail(finding: Finding): string[] {
  return [
    ...finding.supporting.map((text) => `   + ${text}`),
    ...finding.against.map((text) => `   - ${text}`),
    `   shows   ${onsetText(finding)}`,
    `   costs   ${harmText(finding)}`,
    `   fix     ${fixText(finding)}`,
    `   proof   ${finding.proof}`,
  ];
}

function section(title: string, items: readonly string[]): string[] {
  return items.length > 0 ? [`${title}:`, ...items.map((item) => `  ${item}`), ''] : [];
}

function valueText(unit: Shift['unit'], value: number): string {
  if (unit === 'ms') return duration(value);
  return unit === 'ratio' ? percent(value) : digits(value);
}
