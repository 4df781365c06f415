/** What is looked at before any load: signing in, one answer, and that nobody else can read it back. */
import type { TestName } from '../../../workloads.ts';
import { expects, refuses, succeeds } from '../../contract/findings.ts';
import { type Identity, look, NOBODY } from '../../contract/probe.ts';
import { lastStudents } from '../../fixtures.ts';
import type { FixtureUser } from '../../once/fixture-rows.ts';
import { question } from '../../questions.ts';
import { config } from '../../run.ts';
import { ASK, askUrl, endOf, HISTORY, threadUrl } from '../chat.ts';
import type { ServerEvent } from '../event-stream.ts';

type Cast = readonly [me: Identity, stranger: Identity];
type Inspection = (cast: Cast) => void;

const SIGN_IN = 'POST /auth/v1/token password';

/** The chat routes are all that this platform has. */
export const INSPECTIONS = {
  chat: [chats],
  spike: [chats],
} as const satisfies Partial<Record<TestName, readonly Inspection[]>>;
export const OTHERS: readonly Inspection[] = [];

export function assemble(): Cast | undefined {
  const what = 'GET /api/health';
  const isUp = succeeds(
    what,
    look({ name: what, method: 'GET', parse: (body) => body }, config.healthUrl, NOBODY),
    200,
  );
  const [user, other] = lastStudents();
  const me = isUp && signedIn(user);
  const stranger = me && signedIn(other);
  return stranger ? [me, stranger] : undefined;
}

function signedIn({ email, password }: FixtureUser): Identity | undefined {
  const answer = look(SIGN_IN, `${config.appUrl}/v2/login`, NOBODY, { user: email, pass: password });
  if (!succeeds(SIGN_IN, answer, 201)) return undefined;
  return { Authorization: `Bearer ${(answer.body as { jwt: string }).jwt}` };
}

function chats([me, stranger]: Cast): void {
  const answer = look(ASK, askUrl(), me, { text: question() });
  if (!succeeds(ASK.name, answer, 200)) return;
  const end = endOf((answer.body ?? []) as ServerEvent[]);
  expects('fatal', `${ASK.name}: the stream`, end ? 'comes to its end' : 'breaks off', 'comes to its end');
  refuses(`${ASK.name} without a session`, look(ASK, askUrl(), NOBODY, { text: question() }), 401);
  if (end) refuses(`${HISTORY.name} of another user`, look(HISTORY, threadUrl(end.thread), stranger), 404);
}
