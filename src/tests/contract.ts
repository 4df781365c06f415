/**
 * Before any load, a few users look at every route that a load test will use: does it answer and refuse as PLATFORM.md
 * says? All deviations come at once. Fatal are those that would make the load test meaningless: sign-in, the shape of a
 * success, and what one creator or user sees or changes of another's. The rest is listed. What takes a used-up limit to be
 * seen (429, quotas) is for the rate-limits test, and the provider's 502 can't be asked for.
 */
import { rotatesTokens, signsOut } from '../lib/contract/auth.ts';
import { type Cast, castOf, pairOf } from '../lib/contract/cast.ts';
import { asks, chats } from '../lib/contract/chat.ts';
import { removes, renames } from '../lib/contract/conversations.ts';
import { showsDashboard } from '../lib/contract/dashboard.ts';
import { defineContract } from '../lib/contract/define-contract.ts';
import { isHealthy } from '../lib/contract/health.ts';
import { listsConversations, showsBalance, showsEvents } from '../lib/contract/home.ts';
import { makesQuizzes } from '../lib/contract/quiz.ts';
import { refusedSignIns } from '../lib/contract/sign-in.ts';
import { asksForAddress, listsVideos, publishes, uploads } from '../lib/contract/video.ts';
import { lastStudents } from '../lib/fixtures.ts';
import { config, requirePasswordKey, requireTarget } from '../lib/once/settings.ts';
import type { TestName } from '../workloads.ts';

type Inspection = (cast: Cast) => void;

const HOME: readonly Inspection[] = [showsEvents, showsBalance, listsConversations];

/** What each test uses, beside health and sign-in. */
const INSPECTIONS: Record<TestName, readonly Inspection[]> = {
  quick: [chats, ...HOME, showsDashboard, listsVideos],
  chat: [chats],
  video: [uploads, publishes],
  auth: [rotatesTokens, signsOut, showsBalance],
  database: [chats, ...HOME, renames, showsDashboard],
  'rate-limits': [chats, showsBalance, uploads],
  mixed: [chats, ...HOME, signsOut, showsDashboard, uploads],
  spike: [chats],
  soak: [chats, showsDashboard],
};

/** Of routes that no load test uses; the last one ends the conversation that the others speak of. */
const OTHERS: readonly Inspection[] = [makesQuizzes, removes];

requireTarget(config.contractFor || 'contract');
requirePasswordKey();
const inspections = inspectionsFor(config.contractFor);

export const { options, contract, handleSummary } = defineContract(() => {
  if (!isHealthy()) return;
  const students = pairOf(lastStudents());
  if (!students) return;
  refusedSignIns(students[0].user);
  const cast = castOf(students, { conversation: asks, upload: asksForAddress });
  for (const inspect of inspections) inspect(cast);
});

function inspectionsFor(test: string): readonly Inspection[] {
  if (test === '') return [...new Set([...Object.values(INSPECTIONS).flat(), ...OTHERS])];
  const chosen = INSPECTIONS[test as TestName];
  if (!chosen) throw `CONTRACT_FOR: there is no test "${test}"; there are ${Object.keys(INSPECTIONS).join(', ')}.`;
  return chosen;
}
