/**
 * Before any load, one student looks at every route that a load test will use: does it answer and refuse as PLATFORM.md
 * says? All deviations come at once. Fatal are those that would make the load test meaningless: sign-in, the shape of a
 * success, and one creator's videos in another's answers. The rest is listed.
 */
import { config } from '../lib/config.ts';
import { chatRoutes } from '../lib/contract/chat.ts';
import { defineContract } from '../lib/contract/define-contract.ts';
import { isHealthy } from '../lib/contract/health.ts';
import { refusedSignIns, signIn, type Visitor } from '../lib/contract/sign-in.ts';
import { lastStudents } from '../lib/fixtures.ts';
import { requirePasswordKey, requireTarget } from '../lib/once/settings.ts';
import type { TestName } from '../workloads.ts';

type Inspection = (me: Visitor, stranger: Visitor) => void;

/** What each test uses, beside health and sign-in. */
const INSPECTIONS: Record<TestName, readonly Inspection[]> = {
  quick: [chatRoutes],
  chat: [chatRoutes],
  video: [],
  auth: [],
  database: [chatRoutes],
  'rate-limits': [chatRoutes],
  mixed: [chatRoutes],
  spike: [chatRoutes],
  soak: [chatRoutes],
};

requireTarget(config.contractFor || 'contract');
requirePasswordKey();
const inspections = inspectionsFor(config.contractFor);

export const { options, contract, handleSummary } = defineContract(() => {
  if (!isHealthy()) return;
  const [student, other] = lastStudents();
  const me = signIn(student);
  const stranger = me && signIn(other);
  if (!stranger) return;
  refusedSignIns(student);
  for (const inspect of inspections) inspect(me, stranger);
});

function inspectionsFor(test: string): readonly Inspection[] {
  if (test === '') return [...new Set(Object.values(INSPECTIONS).flat())];
  const chosen = INSPECTIONS[test as TestName];
  if (!chosen) throw `CONTRACT_FOR: there is no test "${test}"; there are ${Object.keys(INSPECTIONS).join(', ')}.`;
  return chosen;
}
