/** Changing and removing conversations: what the owner may, and nobody else. */
import type { Answer } from '../../contract/answer.ts';
import { answers, denies, expects, refuses } from '../../contract/findings.ts';
import { type Identity, look, NOBODY } from '../../contract/probe.ts';
import { config } from '../../run.ts';
import type { Cast } from './cast.ts';
import { messagesOf, readHistory } from './chat.ts';
import { conversationsIn, listConversations } from './home.ts';

const RENAME = 'PATCH /api/chat/session/:id';
const REMOVE = 'DELETE /api/chat/session/:id';

const OWN_TITLE = 'loadtest-title';
const STRANGE_TITLE = 'loadtest-title of a stranger';

export function renames({ students: [me, stranger], conversation }: Cast): void {
  const id = conversation()?.session_id;
  if (id === undefined) return;
  const title = () => conversationsIn(listConversations(me.identity)).find((listed) => listed.id === id)?.title;
  if (answers(RENAME, rename(me.identity, id, OWN_TITLE), 'object')) {
    expects('listed', `${RENAME}: title`, title() === OWN_TITLE ? 'the new one' : 'another', 'the new one');
  }
  denies(`${RENAME} of another user`, rename(stranger.identity, id, STRANGE_TITLE));
  const kept = title() !== STRANGE_TITLE;
  expects('fatal', `${RENAME} of another user: title`, kept ? 'unchanged' : 'changed', 'unchanged');
  refuses(`${RENAME} without a session`, rename(NOBODY, id, STRANGE_TITLE), 401);
}

/** The last that happens to the conversation. */
export function removes({ students: [me, stranger], conversation }: Cast): void {
  const id = conversation()?.session_id;
  if (id === undefined) return;
  const isThere = () => messagesOf(readHistory(me.identity, id)).length > 0;
  // What can't be read can't be seen to stay; that it can't is a finding already.
  if (!isThere()) return;
  refuses(`${REMOVE} without a session`, remove(NOBODY, id), 401);
  denies(`${REMOVE} of another user`, remove(stranger.identity, id));
  const kept = isThere();
  expects('fatal', `${REMOVE} of another user: conversation`, kept ? 'still there' : 'gone', 'still there');
  if (!kept || !answers(REMOVE, remove(me.identity, id), 'object')) return;
  expects('listed', `${REMOVE}: conversation`, isThere() ? 'still there' : 'gone', 'gone');
}

function rename(identity: Identity, id: string, title: string): Answer {
  return look(RENAME, `${config.appUrl}/api/chat/session/${id}`, identity, { title });
}

function remove(identity: Identity, id: string): Answer {
  return look(REMOVE, `${config.appUrl}/api/chat/session/${id}`, identity);
}
