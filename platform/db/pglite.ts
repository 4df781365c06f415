/** The default engine: PGlite in a worker thread. */
import { Worker } from 'node:worker_threads';
import type { Fixtures } from '../fixtures.ts';
import type { Options } from '../options.ts';
import { type Database, DatabaseError, type Result, type Statement } from './database.ts';
import type { FromWorker, ToWorker, WorkerData } from './pglite-worker.ts';

/** Prepared data, relative to where the platform is started. */
const CACHE_FOLDER = '.cache/platform';

/**
 * Starts the thread and waits until its tables are filled.
 * @param program the bundle that runs `databaseThread` when it is not the main thread
 */
export async function openPglite(
  program: URL,
  { switches, seed }: Pick<Options, 'switches' | 'seed'>,
  fixtures: Fixtures | undefined,
  progress: (text: string) => void,
): Promise<Database> {
  const { chunks, vectorIndex } = switches;
  const workerData: WorkerData = { fixtures, switches: { chunks, vectorIndex }, seed, cacheFolder: CACHE_FOLDER };
  const worker = new Worker(program, { workerData });
  const database = new PgliteThread(worker);
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') resolve();
      else if (message.kind === 'progress') progress(message.text);
      else database.settle(message);
    });
  });
  return database;
}

interface Waiting {
  resolve(results: Result[]): void;
  reject(error: Error): void;
}

class PgliteThread implements Database {
  private readonly waiting = new Map<number, Waiting>();
  private readonly worker: Worker;
  private lastId = 0;

  constructor(worker: Worker) {
    this.worker = worker;
    worker.on('error', (error) => this.failAll(error));
    worker.on('exit', () => this.failAll(new Error('the database thread has ended')));
  }

  run(statements: readonly Statement[]): Promise<Result[]> {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.waiting.set(id, { resolve, reject });
      const message: ToWorker = { id, statements };
      this.worker.postMessage(message);
    });
  }

  settle(message: Extract<FromWorker, { kind: 'done' | 'failed' }>): void {
    const call = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.kind === 'done') call?.resolve(message.results);
    else call?.reject(new DatabaseError(message.message, message.code, message.detail));
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private failAll(error: Error): void {
    for (const call of this.waiting.values()) call.reject(error);
    this.waiting.clear();
  }
}
