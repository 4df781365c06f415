/** What k6 Cloud concluded, criterion by criterion as far as it tells, and what it can't tell. */
import { gatesOf } from '../../src/thresholds.ts';
import type { Settings } from '../../src/wire/settings.ts';
import { judgeGate } from '../judge/criteria.ts';
import type { CloudResult } from '../runs/k6/cloud.ts';

type Ended = Extract<CloudResult, { kind: 'ended' }>;

const NOT_MEASURED = [
  'not measured in the cloud: how sure a pass is (its thresholds are point values), whether the generators kept up,',
  'the timeline, and the figures that a baseline is compared by. A run here, or with --local, has them.',
];

const WORDS: Readonly<Record<Ended['outcome'], string>> = {
  passed: "PASS, by k6's thresholds",
  failed: "FAIL, by k6's thresholds",
  aborted: 'INVALID: the cloud did not run it to its end',
  interrupted: 'INTERRUPTED',
};

export function cloudLines({ test, phases, outcome, url, reason }: Ended, settings: Settings): string[] {
  const grounds = {
    ...{ test, phases, summary: null, signals: [], signalSources: [], confidence: 0.99, pointValues: false },
    ...{ pace: Number(settings.PACE), processingSpeedup: Number(settings.PROCESSING_SPEEDUP || 1) },
  };
  const rows = gatesOf(test, phases).map((gate) => {
    const { criterion, phase, limitText } = judgeGate(gate, grounds);
    // The cloud says that all thresholds held, or that one did not; which one, only its page shows. A signal's holds, too,
    // when nobody read it.
    const isSure = outcome === 'passed' && gate.criterion.stat !== 'signal';
    return [criterion, phase, limitText, isSure ? 'pass' : 'not measured'];
  });
  const table = [['criterion', 'phase', 'limit', 'cloud'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const where = url || 'the page of the project in Grafana Cloud';
  return [
    '',
    ...table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    ...(outcome === 'failed' ? [`Which thresholds failed is on ${where}`] : []),
    ...(outcome === 'aborted' && reason ? [reason] : []),
    ...NOT_MEASURED,
    `${test} ${settings.PROFILE}: ${WORDS[outcome]}`,
    `Run: ${where}`,
  ];
}
