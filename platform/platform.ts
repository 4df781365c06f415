/** Everything that the routes share, put together once. */

import { AiClient } from './ai/client.ts';
import { AiProvider } from './ai/provider.ts';
import { Accounts } from './auth/accounts.ts';
import { Cache } from './cache.ts';
import { Connections } from './db/connections.ts';
import type { Database } from './db/database.ts';
import type { Fixtures } from './fixtures.ts';
import { SlidingWindow } from './limits.ts';
import { Metrics } from './metrics.ts';
import type { Options } from './options.ts';
import type { Switches } from './setups.ts';
import { Truth } from './truth.ts';

export interface Platform {
  readonly options: Options;
  readonly switches: Switches;
  readonly database: Database;
  readonly connections: Connections;
  readonly accounts: Accounts;
  readonly ai: AiClient;
  readonly cache: Cache;
  readonly chatLimiter: SlidingWindow;
  readonly apiLimiter: SlidingWindow;
  readonly metrics: Metrics;
  readonly truth: Truth;
}

const MINUTE_MS = 60_000;

export function createPlatform(options: Options, database: Database, fixtures: Fixtures | undefined): Platform {
  const { switches } = options;
  const accounts = new Accounts(switches.passwordCost === 'on');
  if (fixtures) accounts.addFixtureUsers(fixtures.users, options.passwordKey);
  const connections = new Connections(switches.connectionLimit, switches.connectionHold === 'query');
  const provider = new AiProvider(switches, options.seed);
  const ai = new AiClient(provider, switches.aiQueue === 'on');
  const cache = new Cache(switches.cache === 'on');
  return {
    options,
    switches,
    database,
    connections,
    accounts,
    ai,
    cache,
    chatLimiter: new SlidingWindow(MINUTE_MS),
    apiLimiter: new SlidingWindow(MINUTE_MS),
    metrics: new Metrics({ connections, ai, provider, cache }),
    truth: new Truth(),
  };
}
