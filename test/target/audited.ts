/** The audit of an embedded platform that is started for it. */
import { audit } from '../../gate/target/audit.ts';
import type { SetupName, SwitchName } from '../../platform/setups.ts';
import type { Finding } from '../../src/wire/audit-file.ts';
import type { UserRow } from '../../src/wire/fixtures.ts';
import { readSettings } from '../../src/wire/settings.ts';
import { CREATORS, STUDENTS, startPlatform } from '../platform/embedded.ts';

const USERS: UserRow[] = [
  ...CREATORS.map(({ email, userId, tier, id }): UserRow => {
    return { email, user_id: userId, role: 'creator', tier, creator_id: id, name: 'Creator' };
  }),
  ...STUDENTS.map(({ email, id, tier, creatorId }): UserRow => {
    return { email, user_id: id, role: 'student', tier, creator_id: creatorId, name: 'Student' };
  }),
];

export async function audited(
  setup: SetupName,
  switches: Partial<Record<SwitchName, string | number>>,
): Promise<Finding[]> {
  const platform = await startPlatform(setup, switches);
  try {
    const { url } = platform;
    const settings = readSettings({ BASE_URL: url, METRICS_URL: `${url}/metrics` });
    const { findings } = await audit({ settings, users: USERS, effort: 'provoke', say: () => undefined });
    return findings;
  } finally {
    await platform.stop();
  }
}

/** What an audit found, out of all that it looked at. */
export const foundIn = (findings: readonly Finding[]) => findings.filter(({ outcome }) => outcome === 'found');

/** Answers take long enough that 70 questions are under way at once. */
export const SLOW_ENOUGH = { aiSlowdown: 0.2 };
