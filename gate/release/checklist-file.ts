/** checklist.yaml: read, and believed only when it hangs together. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { CRITERIA } from '../../src/thresholds.ts';
import { printable } from '../../src/wire/plain-text.ts';
import { type Due, GOLIVE_STEPS } from '../../src/wire/release-files.ts';
import { PHASES, TEST_NAMES, type TestName } from '../../src/workloads.ts';
import { MUST_LINES } from './must-lines.ts';

export const CHECKLIST = 'checklist.yaml';

const testName = z.enum(TEST_NAMES as [TestName, ...TestName[]]);
const tests = z.array(testName).min(1);
const ids = z.array(z.string()).min(1);

/** What a line's state is drawn from; the file's head says what each form means. */
const evidence = z.union([
  z.strictObject({ run: tests, criteria: ids.optional(), phases: z.array(z.enum(PHASES)).min(1).optional() }),
  z.strictObject({ ran: tests }),
  z.strictObject({ audit: ids }),
  z.strictObject({ baseline: tests }),
  z.strictObject({ comparison: tests }),
  z.strictObject({ improved: tests }),
  z.strictObject({ diagnosis: tests }),
  z.strictObject({ capacity: tests }),
  z.strictObject({ carries: z.string().min(1) }),
  z.strictObject({ watch: z.union([z.literal('live'), z.number().positive()]) }),
  z.strictObject({ golive: z.enum(GOLIVE_STEPS) }),
  z.strictObject({ lines: ids }),
]);
export type EvidenceRule = z.infer<typeof evidence>;

const line = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be words of a-z, 0-9 and -, joined by dots'),
  text: z.string().min(1),
  kind: z.enum(['measured', 'audited', 'person']),
  severity: z.enum(['must', 'should']),
  evidence: evidence.optional(),
  command: z.string().min(1).optional(),
  everyDays: z.number().positive().optional(),
  notApplicable: z.string().trim().min(1, 'must give the reason').optional(),
  covers: z.array(z.string()).optional(),
});

/** The earliest first. */
const DUES = ['before', 'launch', 'after'] as const satisfies readonly Due[];
const WHEN: Readonly<Record<Due, string>> = {
  before: 'before the launch',
  launch: 'on launch day',
  after: 'after the launch',
};

const part = z.strictObject({
  id: z.string().min(1),
  phase: z.string().min(1),
  title: z.string().min(1),
  due: z.enum(DUES).default('before'),
  lines: z.array(line).min(1),
});

const file = z.strictObject({ schema: z.literal(1), parts: z.array(part).min(1) });

export type ChecklistPart = z.infer<typeof part>;
export type ChecklistLine = z.infer<typeof line>;
/** A line with what its part says of it. */
export interface Line extends ChecklistLine, Pick<ChecklistPart, 'phase' | 'due'> {
  part: string;
}

export type ReadChecklist = { ok: true; lines: Line[] } | { ok: false; problems: string[] };

/** @returns all lines in order, or one line for everything that is wrong with the file */
export async function readChecklist(root: string): Promise<ReadChecklist> {
  const text = await readFile(join(root, CHECKLIST), 'utf8').catch(() => undefined);
  return text === undefined ? { ok: false, problems: [`${CHECKLIST} is not there.`] } : parseChecklist(text);
}

export function parseChecklist(text: string): ReadChecklist {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const where = (path: readonly PropertyKey[]) => {
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
    return node?.range ? `${CHECKLIST} line ${counter.linePos(node.range[0]).line}` : CHECKLIST;
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, linePos }) => {
      return `${CHECKLIST} line ${linePos?.[0].line ?? 1}: ${message.split('\n')[0]!.replace(/ at line .*/, '')}.`;
    });
    return { ok: false, problems };
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    // An alias that stands for nothing, or for too much.
    return { ok: false, problems: [`${CHECKLIST}: ${printable((error as Error).message)}.`] };
  }
  const parsed = file.safeParse(content);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => {
      return `${nearest(path, where)}: ${path.at(-1)?.toString() ?? 'the file'}: ${message}.`;
    });
    return { ok: false, problems };
  }
  const lines = parsed.data.parts.flatMap(({ lines, title, phase, due }) =>
    lines.map((each): Line => ({ ...each, part: title, phase, due })),
  );
  const places = parsed.data.parts.flatMap(({ lines }, at) =>
    lines.map((_, index) => where(['parts', at, 'lines', index])),
  );
  const problems = lines.flatMap((each, index) =>
    problemsOf(each, lines).map((problem) => `${places[index]}: ${each.id} ${problem}.`),
  );
  problems.push(...missingMusts(lines), ...circles(lines));
  return problems.length === 0 ? { ok: true, lines } : { ok: false, problems };
}

/** The line of the file where the trouble is, or that of what holds it where something is missing. */
function nearest(path: readonly PropertyKey[], where: (path: readonly PropertyKey[]) => string): string {
  for (let length = path.length; length > 0; length--) {
    const place = where(path.slice(0, length));
    if (place !== CHECKLIST) return place;
  }
  return CHECKLIST;
}

function problemsOf(line: Line, lines: readonly Line[]): string[] {
  const { id, kind, evidence, command } = line;
  const problems: string[] = [];
  if (lines.filter((other) => other.id === id).length > 1) problems.push('is there more than once');
  if (kind === 'person' && evidence && !isOfLaunch(evidence))
    problems.push('is asked of a person, and has an evidence rule besides');
  if (kind !== 'person' && !evidence) problems.push('has no evidence rule');
  if (kind !== 'person' && !command) problems.push('does not say which command produces its evidence');
  if (kind === 'audited' && evidence && !('audit' in evidence)) problems.push('is audited, and its evidence is not');
  if (!evidence) return problems;
  if ('lines' in evidence) {
    const unknown = evidence.lines.filter((wanted) => !lines.some((other) => other.id === wanted));
    for (const wanted of unknown) problems.push(`rests on the line "${wanted}", which is not there`);
  }
  if ('run' in evidence) problems.push(...criteriaProblems(evidence));
  return problems;
}

/** What a record of launch day shows, nobody needs to answer; where there is none, a person is asked. */
function isOfLaunch(evidence: EvidenceRule): boolean {
  return 'watch' in evidence || 'golive' in evidence;
}

function criteriaProblems({ run, criteria = [] }: Extract<EvidenceRule, { run: unknown }>): string[] {
  return criteria.flatMap((wanted) => {
    const criterion = CRITERIA.find(({ id }) => id === wanted);
    if (!criterion) return [`wants the criterion "${wanted}", which src/thresholds.ts does not have`];
    return run.includes(criterion.test)
      ? []
      : [`wants ${wanted} of the test ${criterion.test}, which it does not name`];
  });
}

function missingMusts(lines: readonly Line[]): string[] {
  return DUES.flatMap((due) =>
    MUST_LINES[due].flatMap((id) => {
      const line = lines.find((each) => each.id === id);
      if (!line) {
        return [
          `${CHECKLIST}: ${id} was taken out, and the launch hangs on it; put it back, or say \`notApplicable: <why>\`.`,
        ];
      }
      if (line.severity !== 'must')
        return [`${CHECKLIST}: ${id} is a must; say \`notApplicable: <why>\` where it does not apply.`];
      return DUES.indexOf(line.due) > DUES.indexOf(due)
        ? [`${CHECKLIST}: ${id} is due ${WHEN[due]}; say \`notApplicable: <why>\` where it does not apply.`]
        : [];
    }),
  );
}

/** Lines that rest on each other would never be settled. */
function circles(lines: readonly Line[]): string[] {
  const restsOn = (id: string) => {
    const evidence = lines.find((line) => line.id === id)?.evidence;
    return evidence && 'lines' in evidence ? evidence.lines : [];
  };
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    restsOn(from).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
  return lines.filter(({ id }) => reaches(id, id)).map(({ id }) => `${CHECKLIST}: ${id} rests on itself.`);
}
