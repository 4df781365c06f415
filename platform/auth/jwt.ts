/** JSON Web Tokens as GoTrue signs them: HS256. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Claims {
  sub: string;
  email: string;
  role: string;
  session_id: string;
  aud: string;
  /** Unix seconds. */
  iat: number;
  exp: number;
  app_metadata: object;
  user_metadata: object;
}

const HEADER = base64url({ alg: 'HS256', typ: 'JWT' });

export function signToken(claims: Claims, secret: string): string {
  const body = `${HEADER}.${base64url(claims)}`;
  return `${body}.${signature(body, secret)}`;
}

/** The claims of a token that we signed and that has not expired, or undefined. @param now Unix ms */
export function verifyToken(token: string, secret: string, now: number): Claims | undefined {
  const end = token.lastIndexOf('.');
  const body = token.slice(0, end);
  if (end < 0 || !body.startsWith(`${HEADER}.`)) return undefined;
  const given = Buffer.from(token.slice(end + 1));
  const wanted = Buffer.from(signature(body, secret));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  const claims = JSON.parse(Buffer.from(body.slice(HEADER.length + 1), 'base64url').toString()) as Claims;
  return claims.exp * 1000 > now ? claims : undefined;
}

function signature(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('base64url');
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
