/** Which routes the contract test looks at, by the tests that use them. */
import type { TestName } from '../../../workloads.ts';
import { lastStudents } from '../../fixtures.ts';
import { rotatesTokens, signsOut } from './auth.ts';
import { type Cast, castOf, pairOf } from './cast.ts';
import { asks, chats } from './chat.ts';
import { removes, renames } from './conversations.ts';
import { showsDashboard } from './dashboard.ts';
import { isHealthy } from './health.ts';
import { listsConversations, showsBalance, showsEvents } from './home.ts';
import { makesQuizzes } from './quiz.ts';
import { refusedSignIns } from './sign-in.ts';
import { asksForAddress, listsVideos, publishes, uploads } from './video.ts';

type Inspection = (cast: Cast) => void;

const HOME: readonly Inspection[] = [showsEvents, showsBalance, listsConversations];

/** What each test uses, beside health and sign-in. */
export const INSPECTIONS: Readonly<Record<TestName, readonly Inspection[]>> = {
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
export const OTHERS: readonly Inspection[] = [makesQuizzes, removes];

/** Signs in who takes part; undefined when the platform is not well or lets nobody in, which is a finding already. */
export function assemble(): Cast | undefined {
  if (!isHealthy()) return undefined;
  const students = pairOf(lastStudents());
  if (!students) return undefined;
  refusedSignIns(students[0].user);
  return castOf(students, { conversation: asks, upload: asksForAddress });
}
