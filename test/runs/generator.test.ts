import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { usageFromProc, usageFromPs } from '../../gate/runs/k6/generator.ts';

/** Holds 64 MB, uses half a second of CPU or more, says what it used, and then sleeps until it is ended. */
const WORK = `
const held = Buffer.alloc(64 * 1024 * 1024, 1);
while (process.cpuUsage().user < 500_000);
const { user, system } = process.cpuUsage();
console.log((user + system) / 1e6);
setInterval(() => held, 1e6);
`;

const child = spawn(process.execPath, ['-e', WORK], { stdio: ['ignore', 'pipe', 'ignore'] });
let usedSeconds: number;
before(async () => {
  const [line] = await once(child.stdout, 'data');
  usedSeconds = Number(line);
});
after(() => child.kill());

const linux = process.platform === 'linux' ? false : 'needs /proc';

test('/proc tells the CPU and memory that a process used', { skip: linux }, async () => {
  const usage = await usageFromProc(child.pid!);
  // To the clock's tick, and the little that it used since it spoke.
  assert.ok(Math.abs(usage!.cpuSeconds - usedSeconds) < 0.2, `${usage!.cpuSeconds} s, its own word ${usedSeconds} s`);
  assert.ok(usage!.rssBytes > 64 * 1024 * 1024 && usage!.rssBytes < 512 * 1024 * 1024, `${usage!.rssBytes} bytes`);
});

test('ps tells the same, to its full seconds', { skip: linux }, async () => {
  const [fromProc, fromPs] = await Promise.all([usageFromProc(child.pid!), usageFromPs(child.pid!)]);
  assert.ok(Math.abs(fromProc!.cpuSeconds - fromPs!.cpuSeconds) <= 1);
  assert.ok(Math.abs(fromProc!.rssBytes - fromPs!.rssBytes) < 16 * 1024 * 1024);
});

test('A process that is gone has no usage', async () => {
  const gone = spawn('true');
  await once(gone, 'exit');
  assert.equal(await usageFromProc(gone.pid!), undefined);
  assert.equal(await usageFromPs(gone.pid!), undefined);
});
