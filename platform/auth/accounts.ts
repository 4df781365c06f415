/**
 * Users, sessions and refresh tokens, with GoTrue's rules. Held in memory, so that a sign-in costs next to nothing; the
 * tables auth.users and auth.sessions mirror them for those who ask the database.
 */
import { createHash, createHmac, randomBytes, randomInt, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { passwordFrom, type UserRow } from '../../src/wire/fixtures.ts';
import { type Claims, signToken, verifyToken } from './jwt.ts';

/** Seconds that an access token lasts. */
const TOKEN_SECONDS = 3600;
const REFRESH_TOKEN = /^[a-z0-9]{12}$/;

export interface User {
  readonly id: string;
  readonly email: string;
  readonly passwordDigest: Buffer;
  readonly createdAt: string;
  readonly metadata: object;
  lastSignInAt: string | null;
}

/** One sign-in and the refresh tokens that came from it. */
export interface Session {
  readonly id: string;
  readonly user: User;
  /** Oldest first; only the last may be active. */
  readonly tokens: string[];
  /** An old token was used again: none of the family is good any more. */
  revoked: boolean;
}

/** GoTrue's refusal. */
export class AuthError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface Grant {
  readonly session: Session;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

export class Accounts {
  private readonly usersById = new Map<string, User>();
  private readonly usersByEmail = new Map<string, User>();
  private readonly sessions = new Map<string, Session>();
  private readonly sessionsByToken = new Map<string, Session>();
  private readonly secret = randomBytes(32).toString('hex');
  private readonly slowPasswords: boolean;

  /** @param slowPasswords whether checking a password costs what bcrypt does */
  constructor(slowPasswords: boolean) {
    this.slowPasswords = slowPasswords;
  }

  /** Adds the fixtures' users, whose passwords follow from the key. */
  addFixtureUsers(rows: readonly UserRow[], passwordKey: string): void {
    for (const { user_id, email, role, name } of rows) {
      const password = passwordFrom(createHmac('sha256', passwordKey).update(email).digest('hex'));
      this.add({ id: user_id, email, password, metadata: { name, role } });
    }
  }

  /** @throws AuthError 422 when the address, or the id, is taken */
  add(user: { id?: string | undefined; email: string; password: string; metadata: object }): User {
    const email = user.email.toLowerCase();
    if (this.usersByEmail.has(email) || (user.id !== undefined && this.usersById.has(user.id))) {
      throw new AuthError(422, 'email_exists', 'A user with this email address has already been registered');
    }
    const added: User = {
      id: user.id ?? randomUUID(),
      email,
      passwordDigest: digest(user.password),
      createdAt: new Date().toISOString(),
      metadata: user.metadata,
      lastSignInAt: null,
    };
    this.usersById.set(added.id, added);
    this.usersByEmail.set(email, added);
    return added;
  }

  byId(id: string): User | undefined {
    return this.usersById.get(id);
  }

  all(): User[] {
    return [...this.usersById.values()];
  }

  /** Removes the user and ends all its sessions. */
  remove(user: User): void {
    this.usersById.delete(user.id);
    this.usersByEmail.delete(user.email);
    for (const session of this.sessions.values()) if (session.user === user) this.signOut(session);
  }

  /** @throws AuthError 400 invalid_credentials */
  async signIn(email: string, password: string): Promise<Grant> {
    const user = this.usersByEmail.get(email.toLowerCase());
    if (this.slowPasswords) await spendPasswordCost(password);
    if (!user || !timingSafeEqual(user.passwordDigest, digest(password))) {
      throw new AuthError(400, 'invalid_credentials', 'Invalid login credentials');
    }
    const session: Session = { id: randomUUID(), user, tokens: [], revoked: false };
    this.sessions.set(session.id, session);
    user.lastSignInAt = new Date().toISOString();
    return this.grant(session, this.nextRefreshToken(session));
  }

  /**
   * A new pair for a refresh token. The direct parent of the active token is accepted again, for a client that lost the
   * answer: it gets the active one. An older one revokes the family.
   * @throws AuthError 400
   */
  refresh(token: string): Grant {
    if (!REFRESH_TOKEN.test(token)) {
      throw new AuthError(400, 'validation_failed', 'Refresh token is not valid');
    }
    const session = this.sessionsByToken.get(token);
    if (!session) {
      throw new AuthError(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
    }
    const age = session.tokens.length - 1 - session.tokens.indexOf(token);
    if (session.revoked || age > 1) {
      session.revoked = true;
      throw new AuthError(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
    }
    return this.grant(session, age === 0 ? this.nextRefreshToken(session) : session.tokens.at(-1)!);
  }

  /** The session that a valid token speaks for, or undefined. @param now Unix ms */
  sessionOf(token: string, now = Date.now()): Session | undefined {
    const claims = this.claimsOf(token, now);
    return claims && this.sessions.get(claims.session_id);
  }

  /** The claims of a token with a good signature, whether or not its session still exists. @param now Unix ms */
  claimsOf(token: string, now = Date.now()): Claims | undefined {
    return verifyToken(token, this.secret, now);
  }

  signOut(session: Session): void {
    this.sessions.delete(session.id);
    for (const token of session.tokens) this.sessionsByToken.delete(token);
  }

  private nextRefreshToken(session: Session): string {
    const token = refreshToken();
    session.tokens.push(token);
    this.sessionsByToken.set(token, session);
    return token;
  }

  private grant(session: Session, refreshToken: string): Grant {
    const issuedAt = Math.floor(Date.now() / 1000);
    const { user } = session;
    const accessToken = signToken(
      {
        sub: user.id,
        email: user.email,
        role: 'authenticated',
        session_id: session.id,
        aud: 'authenticated',
        iat: issuedAt,
        exp: issuedAt + TOKEN_SECONDS,
        app_metadata: APP_METADATA,
        user_metadata: user.metadata,
      },
      this.secret,
    );
    return { session, accessToken, refreshToken, expiresAt: issuedAt + TOKEN_SECONDS };
  }
}

const APP_METADATA = { provider: 'email', providers: ['email'] };

/** GoTrue's JSON of a user. */
export function userBody(user: User) {
  return {
    id: user.id,
    aud: 'authenticated',
    role: 'authenticated',
    email: user.email,
    email_confirmed_at: user.createdAt,
    phone: '',
    confirmed_at: user.createdAt,
    last_sign_in_at: user.lastSignInAt,
    app_metadata: APP_METADATA,
    user_metadata: user.metadata,
    identities: [
      {
        identity_id: user.id,
        id: user.id,
        user_id: user.id,
        identity_data: { email: user.email, email_verified: true, phone_verified: false, sub: user.id },
        provider: 'email',
        last_sign_in_at: user.lastSignInAt,
        created_at: user.createdAt,
        updated_at: user.createdAt,
        email: user.email,
      },
    ],
    created_at: user.createdAt,
    updated_at: user.lastSignInAt ?? user.createdAt,
    is_anonymous: false,
  };
}

/** GoTrue's JSON of a new pair of tokens. */
export function grantBody({ session, accessToken, refreshToken, expiresAt }: Grant) {
  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: TOKEN_SECONDS,
    expires_at: expiresAt,
    refresh_token: refreshToken,
    user: userBody(session.user),
    weak_password: null,
  };
}

const deriveKey = promisify<string, string, number, object, Buffer>(scrypt);

/** About 70 ms of one core, off the event loop, like bcrypt at cost 10. */
async function spendPasswordCost(password: string): Promise<void> {
  await deriveKey(password, 'launchgate', 32, { N: 16_384, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
}

function digest(password: string): Buffer {
  return createHash('sha256').update(password).digest();
}

function refreshToken(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  return Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('');
}
