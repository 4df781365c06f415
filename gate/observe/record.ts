/** Records what the sources tell during a run, on the run's clock. */

import type { Look, SourceLook } from '../../src/wire/looks.ts';
import type { SignalSource } from '../../src/wire/run-files.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';
import type { RecordSignals, SignalRecord, SignalRecorder } from '../runs/run.ts';
import { MemoryGrowth } from './memory-growth.ts';
import { pollSources } from './poll.ts';
import type { Source } from './source.ts';
import { sourcesOf } from './sources.ts';

/** What a run reads of its target. @param startedMs Unix ms at which it began */
export const recordTarget: RecordSignals = (target, startedMs, saw) => recordSignals(sourcesOf(target), startedMs, saw);

/** @param saw is told of every look as it is over */
export function recordSignals(
  sources: readonly Source[],
  startedMs: number,
  saw: (look: SourceLook) => void = () => undefined,
): SignalRecorder {
  const record = new Recording(sources);
  const stop = pollSources(sources, startedMs, (source, look, atMs) => {
    record.add(source, look, atMs - startedMs);
    saw({ source: source.name, everyMs: source.everyMs, atMs, ...look });
  });
  return {
    async stop() {
      await stop();
      return record.finished();
    },
  };
}

class Recording {
  readonly #readings: SignalReading[] = [];
  readonly #sources = new Map<Source, SignalSource & { growth: MemoryGrowth }>();

  constructor(sources: readonly Source[]) {
    for (const source of sources) {
      const { name, everyMs } = source;
      const growth = new MemoryGrowth();
      this.#sources.set(source, { source: name, everyMs, looks: 0, failed: 0, problem: '', growth });
    }
  }

  add(source: Source, { values, problem }: Look, atMs: number): void {
    const entry = this.#sources.get(source)!;
    entry.looks++;
    if (problem !== undefined) {
      entry.failed++;
      entry.problem = problem;
    }
    for (const { signal, value, ageMs } of values) {
      this.#readings.push({ signal, atMs, value, ageMs, source: source.name });
      const growth = signal === 'memory_bytes' ? entry.growth.add(atMs - ageMs, value) : undefined;
      if (growth !== undefined) {
        this.#readings.push({ signal: 'memory_growth_ratio', atMs, value: growth, ageMs, source: source.name });
      }
    }
  }

  finished(): SignalRecord {
    const sources = [...this.#sources.values()].map(({ growth: _, ...record }) => record);
    return { readings: this.#readings, sources };
  }
}
