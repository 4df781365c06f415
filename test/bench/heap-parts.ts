/** What the memory of k6's virtual users is made of: its own heap profile, shared out by who asked for it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import type { Load } from './generator-cost.ts';

/** Bytes between two samples: few enough to see parts of 1 %. */
const SAMPLED_BYTES = 16_384;

const OTHER = 'everything else';

/** Each with what its stacks hold; the first that fits counts. `running`: in an iteration, or before any. */
const PARTS: readonly { readonly part: string; readonly running: boolean; readonly holds: readonly string[] }[] = [
  { part: 'script: its functions', running: false, holds: ['ExecuteModule', '.newFunc+'] },
  { part: 'script: its functions', running: false, holds: ['ExecuteModule', '.newArrowFunc+'] },
  { part: 'script: shared arrays', running: false, holds: ['ExecuteModule', 'sharedArray'] },
  { part: 'script: metrics', running: false, holds: ['ExecuteModule', 'modules/k6/metrics'] },
  { part: 'script: settings and plan', running: false, holds: ['ExecuteModule', 'builtinJSON_parse'] },
  { part: 'script: objects and variables', running: false, holds: ['ExecuteModule'] },
  { part: 'k6: modules that are imported', running: false, holds: ['goModule).Instantiate'] },
  { part: 'k6: virtual user and engine', running: false, holds: ['newVU'] },
  { part: 'requests: k6 and connections', running: false, holds: ['net/http.'] },
  { part: 'requests: k6 and connections', running: true, holds: ['k6/http.'] },
  { part: 'requests: parsed JSON', running: true, holds: ['builtinJSON_parse'] },
  { part: "requests: engine's built-ins, once used", running: true, holds: ['templatedObject'] },
  { part: "requests: engine's built-ins, once used", running: true, holds: ['getStringSingleton'] },
  { part: 'requests: objects, strings, stack', running: true, holds: ['RunOnce'] },
];

/** Parts in KB a user, of a load when its time is over. */
export type HeapParts = Readonly<Record<string, number>>;

/** @throws Error when k6 ends before its time */
export async function heapPartsOf({ command, args, env, seconds, stopped }: Load, users: number): Promise<HeapParts> {
  const address = `127.0.0.1:${await freePort()}`;
  const profiled = [...args.filter((arg, at) => arg !== '--address' && args[at - 1] !== '--address')];
  const k6 = spawn(command, [...profiled, '--profiling-enabled', '--address', address], {
    env: { ...env, GODEBUG: `memprofilerate=${SAMPLED_BYTES}` },
    stdio: 'ignore',
  });
  const ended = once(k6, 'exit') as Promise<[number | null]>;
  await Promise.race([wait(seconds * 1000), ended]);
  const profile = await (await fetch(`http://${address}/debug/pprof/heap?gc=1&debug=1`)).text();
  k6.kill('SIGINT');
  const [exitCode] = await ended;
  if (exitCode !== stopped) throw new Error(`${command} ${args.join(' ')} ended with ${exitCode}`);
  const bytes = partsIn(profile);
  return Object.fromEntries(Object.entries(bytes).map(([part, size]) => [part, size / 1000 / users]));
}

/** Names of all parts, in the order of a table. */
export function partNames(): string[] {
  return [...new Set([...PARTS.map(({ part }) => part), OTHER])].sort();
}

/** Go's text form: `<objects>: <bytes> [<both, of all time>] @ <addresses>`, then a line for each call, innermost first. */
function partsIn(profile: string): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const [, objects, bytes, stack] of profile.matchAll(/^(\d+): (\d+) \[\d+: \d+\] @.*\n((?:#.*\n)*)/gm)) {
    const size = unsampled(Number(objects), Number(bytes));
    const part = partOf(stack!);
    parts[part] = (parts[part] ?? 0) + size;
  }
  return parts;
}

function partOf(stack: string): string {
  const running = stack.includes('RunOnce');
  const found = PARTS.find((one) => one.running === running && one.holds.every((mark) => stack.includes(mark)));
  return found?.part ?? OTHER;
}

/** What a sample stands for: an object is taken with the probability 1 - exp(-size / rate). */
function unsampled(objects: number, bytes: number): number {
  return objects === 0 ? 0 : bytes / (1 - Math.exp(-bytes / objects / SAMPLED_BYTES));
}
