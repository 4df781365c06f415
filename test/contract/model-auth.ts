/** Supabase Auth as the model platform has it. */
import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { bearerOf, idOf, type ModelUser, type Sessions, USERS } from './model-users.ts';

/** The tokens of one sign-in, oldest first. */
interface Family {
  user: ModelUser;
  refreshTokens: string[];
  accessTokens: string[];
  revoked: boolean;
}

export function addAuth(app: Hono, sessions: Sessions): void {
  const families = new Map<string, Family>();

  app.use('/auth/v1/*', async (context, next) => {
    if (context.req.header('apikey') === 'launchgate-embedded-anon-key') return next();
    return context.json({ message: 'Invalid API key' }, 401);
  });

  app.post('/auth/v1/token', async (context) => {
    const body = await context.req.json();
    if (context.req.query('grant_type') === 'refresh_token') return refresh(context, body.refresh_token);
    const user = USERS.find(({ email }) => email === body.email);
    if (!user || body.password === 'not-the-password') return refusal(context, 400, 'invalid_credentials');
    return grant(context, { user, refreshTokens: [], accessTokens: [], revoked: false });
  });

  app.get('/auth/v1/user', (context) => {
    const user = sessions.of(bearerOf(context));
    return user ? context.json(userBody(user)) : withoutSession(context);
  });

  app.post('/auth/v1/logout', (context) => {
    const family = [...families.values()].find(({ accessTokens }) => accessTokens.includes(bearerOf(context)));
    if (!family || !sessions.end(bearerOf(context))) return withoutSession(context);
    for (const token of family.accessTokens) sessions.end(token);
    for (const token of family.refreshTokens) families.delete(token);
    return context.body(null, 204);
  });

  function refresh(context: Context, token: string): Response {
    if (!/^[a-z0-9]{12}$/.test(token)) return refusal(context, 400, 'validation_failed');
    const family = families.get(token);
    if (!family) return refusal(context, 400, 'refresh_token_not_found');
    const age = family.refreshTokens.length - 1 - family.refreshTokens.indexOf(token);
    if (family.revoked || age > 1) {
      family.revoked = true;
      return refusal(context, 400, 'refresh_token_already_used');
    }
    return grant(context, family, age === 0 ? undefined : family.refreshTokens.at(-1));
  }

  function grant(context: Context, family: Family, refreshToken = randomUUID().replaceAll('-', '').slice(0, 12)) {
    const accessToken = randomUUID();
    sessions.open(accessToken, family.user);
    family.accessTokens.push(accessToken);
    if (!family.refreshTokens.includes(refreshToken)) family.refreshTokens.push(refreshToken);
    families.set(refreshToken, family);
    return context.json({
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: 3600,
      expires_at: Math.floor(Date.now() / 1000) + 3600,
      refresh_token: refreshToken,
      user: userBody(family.user),
    });
  }
}

function userBody(user: ModelUser) {
  return { id: idOf(user), aud: 'authenticated', email: user.email, role: 'authenticated' };
}

function withoutSession(context: Context): Response {
  const token = bearerOf(context);
  if (token === '') return refusal(context, 401, 'no_authorization');
  return refusal(context, 403, token.includes('-') ? 'session_not_found' : 'bad_jwt');
}

function refusal(context: Context, status: 400 | 401 | 403, name: string): Response {
  return context.json({ code: status, error_code: name, msg: `Refused: ${name}` }, status);
}
