/** Who the model platform knows, and how it tells who asks. */
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Role, Tier } from '../../src/wire/fixtures.ts';
import { encodedPart, sessionCookieName, sessionCookieValue } from '../../src/wire/session-cookie.ts';

export const CREATORS = ['creator-a', 'creator-b'] as const;
/** One video each. */
export const videoOf = (creatorId: string) => `${creatorId}-video`;

export interface ModelUser {
  email: string;
  role: Role;
  tier: Tier;
  creatorId: string;
}

/** In the order of the fixtures, of which the last ones look: first the one who is looked at, then the stranger. */
export const USERS: readonly ModelUser[] = [
  { email: 'dean@example.com', role: 'creator', tier: 'enterprise', creatorId: CREATORS[1] },
  { email: 'teacher@example.com', role: 'creator', tier: 'enterprise', creatorId: CREATORS[0] },
  { email: 'sender@example.com', role: 'uploader', tier: 'enterprise', creatorId: 'uploader-b' },
  { email: 'uploader@example.com', role: 'uploader', tier: 'enterprise', creatorId: 'uploader-a' },
  { email: 'scholar@example.com', role: 'student', tier: 'enterprise', creatorId: CREATORS[0] },
  { email: 'other@example.com', role: 'student', tier: 'basic', creatorId: CREATORS[1] },
  { email: 'last@example.com', role: 'student', tier: 'basic', creatorId: CREATORS[0] },
];

export const idOf = ({ email }: ModelUser) => `id-of-${email}`;

/** Access tokens that were given out and have not ended. */
export class Sessions {
  private readonly users = new Map<string, ModelUser>();

  open(accessToken: string, user: ModelUser): void {
    this.users.set(accessToken, user);
  }

  /** @returns whether there was one */
  end(accessToken: string): boolean {
    return this.users.delete(accessToken);
  }

  of(accessToken: string): ModelUser | undefined {
    return this.users.get(accessToken);
  }

  /** Who asks the app. */
  userOf(context: Context): ModelUser | undefined {
    const cookie = encodedPart(sessionCookieValue(sessionCookieName('127.0.0.1'), getCookie(context)) ?? '');
    return this.users.get(
      cookie ? JSON.parse(Buffer.from(cookie, 'base64url').toString()).access_token : bearerOf(context),
    );
  }
}

export function bearerOf(context: Context): string {
  return context.req.header('authorization')?.replace('Bearer ', '') ?? '';
}

export function unauthorized(context: Context): Response {
  const error = { name: 'AuthenticationError', message: 'Sign in', code: 'AUTHENTICATION_ERROR', statusCode: 401 };
  return context.json({ error }, 401);
}

export function invalid(context: Context): Response {
  return context.json({ error: 'Invalid request', message: 'Some field is missing or out of bounds.' }, 400);
}
