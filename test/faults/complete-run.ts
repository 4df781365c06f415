/** Whether a run left all that a run leaves, and said nothing that a person should not see. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rebuildSummary } from '../../gate/runs/samples/rebuild.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';
import type { Phase } from '../../src/workloads.ts';
import { RUN_FILES } from '../runs/whole-run.ts';

/** A crash, told by how it looks. */
export function traces(said: string): string[] {
  return /^\s+at .+:\d+:\d+|goroutine \d|panic:|UnhandledPromise/m.test(said) ? [`a stack trace: ${said}`] : [];
}

/** Whether all that a run leaves is there, and the samples tell the same as the summary. */
export async function incomplete(folder: string, run: RunFile, verdict: Verdict, summary: Summary): Promise<string[]> {
  const missing = RUN_FILES.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) return [`missing: ${missing.join(', ')}`];
  const { test, profile, runId } = run;
  const phases = run.windows.map(({ phase, fromMs, toMs, users }): Phase => {
    return {
      name: phase,
      rampSeconds: fromMs / 1_000,
      holdSeconds: (toMs - fromMs) / 1_000,
      load: { students: users },
    };
  });
  const samples = join(folder, 'samples.csv.gz');
  const rebuilt = await rebuildSummary(samples, { test: test as 'chat', profile, runId, phases });
  const report = await readFile(join(folder, 'report.html'), 'utf8');
  // Criteria that k6 keeps no count of, since nobody reads their signal, are in the samples' facts with nothing seen.
  const seen = ({ facts, ...rest }: Summary) => ({ ...rest, facts: facts.filter((fact) => fact.seen > 0) });
  const [a, b] = [seen(rebuilt), seen(summary)];
  const differ = (['facts', 'failures', 'totals'] as const).filter((part) => sorted(a[part]) !== sorted(b[part]));
  return [
    ...(verdict.runId === runId && summary.runId === runId ? [] : ['the files are of different runs']),
    ...differ.map((part) => `${part} of the samples differ: ${sorted(a[part])} not ${sorted(b[part])}`),
    ...(report.includes(runId) ? [] : ['the report is of another run']),
  ];
}

function sorted(part: object): string {
  return JSON.stringify(Array.isArray(part) ? part.map((each) => JSON.stringify(each)).sort() : part);
}
