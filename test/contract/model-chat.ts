/** The assistant as the model platform has it. */
import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { invalid, type ModelUser, type Sessions, unauthorized, videoOf } from './model-users.ts';

interface Message {
  id: string;
  role: 'user' | 'assistant';
  content: string;
  video_references: object[];
  created_at: string;
  feedback: string | null;
}

interface Conversation {
  owner: ModelUser;
  title: string;
  messages: Message[];
}

export function addChat(app: Hono, sessions: Sessions): void {
  const conversations = new Map<string, Conversation>();
  const own = (context: Context, id: string) => {
    const conversation = conversations.get(id);
    return conversation && conversation.owner === sessions.userOf(context) ? conversation : undefined;
  };

  app.post('/api/chat', async (context) => {
    const user = sessions.userOf(context);
    if (!user) return unauthorized(context);
    const { message, session_id } = await context.req.json();
    if (typeof message !== 'string' || message.length < 1 || message.length > 500) return invalid(context);
    if (session_id && !own(context, session_id)) return unauthorized(context);
    const sessionId = session_id ?? randomUUID();
    const { creatorId } = user;
    const reference = { video_id: videoOf(creatorId), title: 'A video', timestamp: 12, relevance_score: 0.9 };
    const conversation = conversations.get(sessionId) ?? { owner: user, title: message.slice(0, 60), messages: [] };
    conversations.set(sessionId, conversation);
    const sent = { video_references: [], feedback: null, created_at: new Date().toISOString() };
    const answer: Message = {
      ...sent,
      id: randomUUID(),
      role: 'assistant',
      content: 'Yes.',
      video_references: [reference],
    };
    conversation.messages.push({ ...sent, id: randomUUID(), role: 'user', content: message }, answer);
    context.header('X-RateLimit-Limit', '10');
    context.header('X-RateLimit-Remaining', '9');
    context.header('X-RateLimit-Reset', '1790000000');
    return context.json({
      success: true,
      data: { message_id: answer.id, content: 'Yes.', video_references: [reference], session_id: sessionId },
      meta: {
        creator_id: creatorId,
        usage: { tier: 'BASIC', remaining: 99, is_free_tier: false, upgrade_required: false, message: '' },
        chronos_awarded: 10,
        chronos_balance: 10,
      },
    });
  });

  app.get('/api/chat', (context) => {
    const user = sessions.userOf(context);
    if (!user) return unauthorized(context);
    const listed = [...conversations]
      .filter(([, { owner }]) => owner === user)
      .map(([id, { title }]) => ({ id, title }));
    return context.json({ success: true, data: { sessions: listed, total: listed.length } });
  });

  app.get('/api/chat/history', (context) => {
    const sessionId = context.req.query('session_id') ?? '';
    if (sessionId === '') return sessions.userOf(context) ? invalid(context) : unauthorized(context);
    const conversation = own(context, sessionId);
    if (!conversation) return unauthorized(context);
    const { messages } = conversation;
    return context.json({ success: true, data: { session_id: sessionId, messages, total: messages.length } });
  });

  app.patch('/api/chat/session/:id', async (context) => {
    const conversation = own(context, context.req.param('id'));
    if (!conversation) return unauthorized(context);
    conversation.title = (await context.req.json()).title;
    return context.json({ success: true });
  });

  app.delete('/api/chat/session/:id', (context) => {
    if (!own(context, context.req.param('id'))) return unauthorized(context);
    conversations.delete(context.req.param('id'));
    return context.json({ success: true });
  });

  app.post('/api/chat/feedback', async (context) => {
    const user = sessions.userOf(context);
    if (!user) return unauthorized(context);
    const { message_id, feedback, comment = '' } = await context.req.json();
    if (!['positive', 'negative'].includes(feedback) || comment.length > 500) return invalid(context);
    const messages = [...conversations.values()].filter(({ owner }) => owner === user).flatMap((each) => each.messages);
    const message = messages.find(({ id }) => id === message_id);
    if (!message) return context.json({ error: 'Message not found' }, 404);
    message.feedback = feedback;
    return context.json({ success: true });
  });
}
