/**
 * The files of a run folder beside summary.json: run.json says how the run was made, verdict.json what the judge
 * concluded.
 */
import type { Window } from '../workloads.ts';

export const RUN_SCHEMA = 1;
export const VERDICT_SCHEMA = 1;

/** One reading of the k6 process. */
export interface GeneratorReading {
  /** ms since the run began. */
  atMs: number;
  /** CPU used since the reading before, in cores (1 = one core busy). */
  cores: number;
  /** Resident memory, bytes. */
  rssBytes: number;
  /** CPU in use on the whole machine since the reading before, by everybody, 0..1; absent where it can't be read. */
  machineBusy?: number;
}

/** What must be the same for two runs to be compared. */
export interface Configuration {
  /** `embedded` or the host of BASE_URL. */
  target: string;
  /** Setup and switches of the embedded platform, or ''. */
  setup: string;
  profile: string;
  /** Users of the largest phase. */
  users: number;
  pace: number;
  repeatQuestions: number;
  seed: number;
  /** How much faster than life the embedded platform processed videos; absent where nothing is known of it. */
  processingSpeedup?: number;
  /** Users had signed in before the run (SESSIONS_FILE); absent where they do so in the run. */
  sessions?: 'prepared';
  k6Version: string;
  generators: number;
}

/** One of several k6 processes that shared a load, each with its segment of every scenario. */
export interface Share {
  /** Its folder's name, e.g. `generator-2`. */
  name: string;
  /** Absent where nobody saw how it ended, as of a pod whose files were collected. */
  k6?: Omit<RunFile['k6'], 'binary'>;
  /** Where it had a machine of its own and was watched there. */
  generator?: RunFile['generator'];
}

/** How the reading of one source of signals went. */
export interface SignalSource {
  /** As in SignalReading. */
  source: string;
  /** How often it has new values, ms. */
  everyMs: number;
  looks: number;
  /** Of these, with a problem. */
  failed: number;
  /** Of the last that had one, e.g. `it answers 401`; '' when all went well. */
  problem: string;
}

export interface RunFile {
  schema: typeof RUN_SCHEMA;
  runId: string;
  test: string;
  profile: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  endedAt: string;
  configuration: Configuration;
  /** Schedule as planned; ms since startedAt. */
  windows: Window[];
  versions: { launchgate: string; node: string; k6: string; k6Testing: string; git: string };
  target: {
    baseUrl: string;
    revision: string;
    /** How a target that the run started ended by itself before the load did, e.g. `exit code 1`; absent while it lived. */
    died?: string;
  };
  k6: {
    /** null when a signal ended it. */
    exitCode: number | null;
    signal: string | null;
    binary: string;
    /** Last lines that k6 logged at error level, redacted. */
    errors: string[];
    /** What its machine had no more of, in the system's words, e.g. `too many open files`; absent where it had enough. */
    shortOf?: string;
  };
  generator: {
    /** Cores that k6 may use. */
    cores: number;
    /** Memory of the machine, bytes. */
    memoryBytes: number;
    readings: GeneratorReading[];
    /** Steps of the wall clock against the monotonic one, ms each. */
    clockJumpsMs: number[];
  };
  /** Where several processes shared the load; `k6` is then the worst end of them, and `generator` their sum. */
  shares?: Share[];
  /** Where signals were read; absent where nobody looked. */
  signalSources?: SignalSource[];
  /** The person pressed Ctrl-C (or the process was told to end). */
  interrupted: boolean;
  /** What the contract test found before the load; not fatal. */
  deviations: string[];
  /** The same in all runs of one `--repeat`, which are runs of one version; absent for a run by itself. */
  series?: string;
}

export type Outcome = 'pass' | 'fail' | 'inconclusive' | 'not measured';

/** One criterion on one occasion. */
export interface CriterionVerdict {
  criterion: string;
  /** A phase, `run`, or a tier. */
  phase: string;
  severity: 'must' | 'should';
  /** Route or signal that it speaks of. */
  subject: string;
  /** e.g. `p95 < 5 s`, for people. */
  limitText: string;
  stat: string;
  limit: number;
  unit: 'ms' | 'ratio' | 'requests' | 'count';
  /** In `unit`; null when nothing was seen. */
  actual: number | null;
  seen: number;
  /** Of `seen`, over the limit; failed requests count as over. null where the criterion is no share. */
  over: number | null;
  /** Exact interval of the share over the limit (0..1) at the verdict's confidence; null where it is no share. */
  interval: { low: number; high: number } | null;
  /** Samples that a verdict needs at least. */
  needed: number;
  outcome: Outcome;
  /** One short sentence where the figures alone don't explain the outcome, else ''. */
  note: string;
}

/** Why a run is invalid, or what else speaks against taking it as it is. */
export interface Reason {
  /** kebab-case, e.g. `generator-cpu`. */
  code: string;
  /** One sentence with its figure. */
  text: string;
}

export interface Verdict {
  schema: typeof VERDICT_SCHEMA;
  runId: string;
  test: string;
  profile: string;
  outcome: 'pass' | 'fail' | 'inconclusive' | 'invalid' | 'interrupted';
  /** False for smoke and quick: point values, no evidence of load. */
  provesLoad: boolean;
  /** 0..1, one-sided. */
  confidence: number;
  /** SHA-256 of the criteria that applied (gate/judge/judged-by.ts); absent in verdicts from before there was one. */
  judgedBy?: string;
  /** Empty where the criteria alone explain the outcome. */
  reasons: Reason[];
  criteria: CriterionVerdict[];
}
