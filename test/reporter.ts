/**
 * The reporter of `make test`: failures so that they can be read, a line a file with its duration, and as the very last
 * line how many passed and failed.
 */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

interface Result {
  name: string;
  nesting: number;
  file?: string;
  skip?: string | boolean;
  todo?: string | boolean;
  details: { duration_ms: number; type?: string; error?: Error & { failureType?: string; cause?: unknown } };
}

/** Lines of a failed file's own output that are shown. */
const OUTPUT_LINES = 40;

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const path: string[] = [];
  const output = new Map<string, string>();
  const failedFiles = new Set<string>();

  for await (const event of events) {
    const data = event.data as unknown as Result & { message: string };
    const isFile = data.name === data.file;
    switch (event.type) {
      case 'test:start':
        path.length = data.nesting;
        path.push(data.name);
        break;
      case 'test:stdout':
      case 'test:stderr':
        output.set(data.file ?? '', (output.get(data.file ?? '') ?? '') + data.message);
        break;
      case 'test:pass':
        if (isFile) {
          count.failed++;
          yield `FAILED  ${shown(data.file)} holds no test\n`;
        } else if (data.skip !== undefined || data.todo !== undefined) {
          count.skipped++;
          yield `skipped ${shown(data.file)}: ${path.join(' > ')}${reason(data.skip ?? data.todo)}\n`;
        } else if (data.details.type !== 'suite') count.passed++;
        break;
      case 'test:fail': {
        // A parent that only hands on its subtests' failures is no failure of its own.
        if (data.details.error?.failureType === 'subtestsFailed') break;
        count.failed++;
        failedFiles.add(data.file ?? '');
        const what = isFile ? 'ended badly' : path.join(' > ');
        yield `FAILED  ${shown(data.file)}: ${what}\n${indented(explanation(data.details.error))}\n`;
        break;
      }
      case 'test:diagnostic':
        // What a test measured; the runner's own counts belong to no file.
        if (data.file) yield `${shown(data.file)}:\n${indented(data.message)}\n`;
        break;
      case 'test:complete':
        if (isFile) yield `${seconds(data.details.duration_ms)}  ${shown(data.file)}\n`;
        break;
    }
  }
  for (const file of failedFiles) {
    const lines = output.get(file)?.trimEnd().split('\n').slice(-OUTPUT_LINES);
    if (lines) yield `Output of ${shown(file)}:\n${indented(lines.join('\n'))}\n`;
  }
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
  yield `${count.passed} passed, ${count.failed} failed${skipped}\n`;
}

/** `dist/test/runs/k6.test.mjs` -> `test/runs/k6.test.ts`, which is what a person opens. */
function shown(file = ''): string {
  return relative(process.cwd(), file)
    .replace(/^dist\//, '')
    .replace(/\.mjs$/, '.ts');
}

function explanation(error: Result['details']['error']): string {
  const cause = error?.cause;
  if (!(cause instanceof Error)) return String(cause ?? error?.message ?? 'no reason was given');
  const own = cause.stack?.split('\n').find((line) => /^\s+at /.test(line) && !line.includes('node:'));
  return own ? `${cause.message.trimEnd()}\n${own.trim()}` : (cause.stack ?? cause.message);
}

function reason(given: string | boolean | undefined): string {
  return typeof given === 'string' && given !== '' ? ` (${given})` : '';
}

function indented(text: string): string {
  return text.replace(/^/gm, '    ');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`.padStart(7);
}
