/** The memory that k6 needs for the files that a run sends: said before it starts, and told to Go. */
import { fileMemoryBytes, type Phase, type Profile, type TestName } from '../../../src/workloads.ts';

/** From so much on it is worth a word, bytes. */
const LARGE_FILES = 500e6;
/** What k6 uses beside files, with room to spare, bytes. */
const BESIDE_FILES = 1e9;

export interface FileMemory {
  /** For people; undefined where files are small. */
  readonly notice: string | undefined;
  /** For k6: Go sweeps up sent files in time when it knows what there is to use. */
  readonly env: Readonly<Record<string, string>>;
}

export function memoryForFiles(test: TestName, phases: readonly Phase[], profile: Profile): FileMemory {
  const bytes = fileMemoryBytes(test, phases, profile);
  if (bytes <= LARGE_FILES) return { notice: undefined, env: {} };
  return {
    notice: `k6 keeps files to send in memory: about ${(bytes / 1e9).toFixed(1)} GB beside its usual.`,
    env: { GOMEMLIMIT: String(bytes + BESIDE_FILES) },
  };
}
