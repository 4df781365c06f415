/**
 * Answers at once, with canned bodies of a real answer's size: what is measured against it is the generator alone. Runs
 * in a process of its own, so that its CPU is nobody else's.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What reached the platform since the last report. */
export interface Traffic {
  requests: number;
  /** Epoch ms of the first sign-in; 0 when there was none. */
  firstSignInAt: number;
}

export interface InstantPlatform {
  baseUrl: string;
  /** Tells the traffic, and counts from nothing again. */
  report(): Promise<Traffic>;
  stop(): void;
}

/** @param script runs `serveInstantly` @param videos ids by creator */
export async function startInstantPlatform(script: string, videos: Record<string, string[]>): Promise<InstantPlatform> {
  const child = fork(script, ['serve', JSON.stringify(videos)]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    report: async () => {
      child.send('report');
      return ((await once(child, 'message')) as [Traffic])[0];
    },
    stop: () => child.disconnect(),
  };
}

/** The child's side: serves until its parent lets go of it. */
export function serveInstantly(videos: Record<string, string[]>): void {
  let traffic: Traffic = { requests: 0, firstSignInAt: 0 };
  const server = createServer((request, response) => {
    traffic.requests += 1;
    const path = request.url!.split('?')[0]!;
    if (path === '/auth/v1/token') traffic.firstSignInAt ||= Date.now();
    answer(path, request, response, videos);
  });
  process.on('message', () => {
    process.send!(traffic);
    traffic = { requests: 0, firstSignInAt: 0 };
  });
  process.on('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
}

function answer(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  videos: Record<string, string[]>,
): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = path === '/api/chat' ? chatAnswer(JSON.parse(Buffer.concat(chunks).toString()), videos) : CANNED[path];
    response.writeHead(body ? 200 : 404, { 'Content-Type': 'application/json' });
    // Sessions are read back by the id that was asked for.
    response.end(path === '/api/chat/history' ? body!.replace('SESSION', sessionIn(request.url!)) : body);
  });
}

/** 211 tokens on average (Azure LLM trace 2023, conversations) are about 850 characters. */
const CONTENT = 'Hold the blade at fifteen degrees and draw it along the whole stone. '.repeat(12);
const ID = '5f0c6a52-6c1e-4b5e-9a55-0d5f3b7c1e21';

function chatAnswer(
  { session_id, creator_id }: { session_id?: string; creator_id: string },
  videos: Record<string, string[]>,
): string {
  const references = (videos[creator_id] ?? []).slice(0, 3).map((video_id) => ({
    video_id,
    title: 'Sharpening knives on a whetstone',
    timestamp: 125,
    relevance_score: 0.83,
  }));
  return JSON.stringify({
    success: true,
    data: { message_id: ID, content: CONTENT, video_references: references, session_id: session_id ?? ID },
    meta: {
      creator_id,
      usage: { tier: 'ENTERPRISE', remaining: 99, is_free_tier: false, upgrade_required: false, message: '' },
      chronos_awarded: 10,
      chronos_balance: 120,
    },
  });
}

const user = {
  id: ID,
  aud: 'authenticated',
  role: 'authenticated',
  email: 'loadtest-student-0001@example.com',
  email_confirmed_at: '2026-01-01T00:00:00Z',
  app_metadata: { provider: 'email', providers: ['email'] },
  user_metadata: { name: 'A student', tier: 'enterprise' },
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
};
const message = { id: ID, video_references: [], feedback: null, created_at: '2026-01-01T00:00:00Z' };

const CANNED: Record<string, string> = {
  '/api/health': JSON.stringify({ status: 'healthy' }),
  '/auth/v1/token': JSON.stringify({
    access_token: 'x'.repeat(700),
    token_type: 'bearer',
    expires_in: 3_600,
    expires_at: Math.floor(Date.now() / 1000) + 3_600,
    refresh_token: 'abcdefghijkl',
    user,
    weak_password: null,
  }),
  '/api/chat/history': JSON.stringify({
    success: true,
    data: {
      session_id: 'SESSION',
      messages: [
        { ...message, role: 'user', content: 'How do I sharpen a knife?' },
        { ...message, role: 'assistant', content: CONTENT },
        { ...message, role: 'user', content: 'And how often?' },
        { ...message, role: 'assistant', content: CONTENT },
      ],
      total: 4,
    },
  }),
  '/api/chat/feedback': JSON.stringify({ success: true }),
};

function sessionIn(url: string): string {
  return /session_id=([^&]*)/.exec(url)?.[1] ?? '';
}
