/** Everything that the routes share, put together once. */

import type { LimitName } from '../src/wire/limits.ts';
import { AiClient } from './ai/client.ts';
import { AiProvider } from './ai/provider.ts';
import { Accounts } from './auth/accounts.ts';
import { Cache } from './cache.ts';
import { Connections } from './db/connections.ts';
import type { Database } from './db/database.ts';
import { LIMITERS } from './faulty-limiters.ts';
import type { Fixtures } from './fixtures.ts';
import { Levels } from './levels.ts';
import { createWindows, type Limiter, type Window } from './limits.ts';
import { Bandwidth } from './media.ts';
import { Metrics } from './metrics.ts';
import type { Options } from './options.ts';
import { ProcessingQueue } from './processing.ts';
import type { Switches } from './setups.ts';
import { Storage } from './storage.ts';
import { Truth } from './truth.ts';

export interface Platform {
  readonly options: Options;
  readonly switches: Switches;
  readonly database: Database;
  readonly connections: Connections;
  readonly accounts: Accounts;
  readonly ai: AiClient;
  readonly cache: Cache;
  readonly limiter: Limiter;
  readonly windows: Readonly<Record<LimitName, Window>>;
  readonly storage: Storage;
  readonly processing: ProcessingQueue;
  /** Bandwidth of the app for thumbnails and videos. */
  readonly media: Bandwidth;
  readonly metrics: Metrics;
  readonly truth: Truth;
  readonly levels: Levels;
}

export function createPlatform(options: Options, database: Database, fixtures: Fixtures | undefined): Platform {
  const { switches } = options;
  const accounts = new Accounts(switches.passwordCost === 'on');
  if (fixtures) accounts.addFixtureUsers(fixtures.users, options.passwordKey);
  const levels = new Levels();
  const connections = new Connections(switches.connectionLimit, switches.connectionHold === 'query', levels);
  const provider = new AiProvider(switches, options.seed);
  const ai = new AiClient(provider, switches.aiQueue === 'on');
  const cache = new Cache(switches.cache === 'on');
  const media = new Bandwidth(switches.mediaMbps);
  const processing = new ProcessingQueue(options, database, cache, levels);
  return {
    options,
    switches,
    database,
    connections,
    accounts,
    ai,
    cache,
    limiter: LIMITERS[switches.limiter],
    windows: createWindows(options.limits),
    storage: new Storage(),
    processing,
    media,
    metrics: new Metrics({ connections, ai, provider, cache, processing, media }),
    truth: new Truth(),
    levels,
  };
}
