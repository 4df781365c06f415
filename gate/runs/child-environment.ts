/** What programs that we start get to see of the person's environment: what isn't there can't leak. */
import { SETTINGS } from '../../src/wire/settings.ts';

const SECRETS: readonly string[] = SETTINGS.filter((setting) => 'secret' in setting).map(({ name }) => name);

/** All but secrets and what is meant for k6: for programs that have no part in the test. */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.includes(name) && !name.startsWith('K6_')));
}
