/** What all answers of an audit show together: headers that are missing, and secrets that are there. */
import type { Finding } from '../../../src/wire/audit-file.ts';
import { type Settings, secretValues } from '../../../src/wire/settings.ts';
import type { App } from './app.ts';
import { fine, found } from './findings.ts';

export function headersCheck({ answers, base }: App): Finding {
  const ours = answers.filter(({ path }) => path.includes(' /api/'));
  const lacks = (name: string, right: (value: string) => boolean) =>
    ours.find(({ headers }) => !right(headers.get(name) ?? ''));
  const problems: [at: string, text: string, fix: string][] = [];
  const sniffed = lacks('x-content-type-options', (value) => value.toLowerCase() === 'nosniff');
  if (sniffed) problems.push([sniffed.path, 'no X-Content-Type-Options', 'X-Content-Type-Options: nosniff']);
  const plain = base.startsWith('https:') && lacks('strict-transport-security', (value) => value !== '');
  if (plain) {
    problems.push([
      plain.path,
      'no Strict-Transport-Security',
      'Strict-Transport-Security: max-age=63072000; includeSubDomains',
    ]);
  }
  const named = lacks('x-powered-by', (value) => value === '');
  if (named)
    problems.push([
      named.path,
      'X-Powered-By tells what it runs on',
      'no X-Powered-By (Next.js: poweredByHeader: false)',
    ]);
  if (problems.length === 0) return fine('security-headers', `${ours.length} answers have the usual ones.`);
  const seen = problems.map(([at, text]) => `${at}: ${text}`).join('; ');
  return found('security-headers', `${seen}.`, `Send ${problems.map(([, , fix]) => fix).join('; ')}.`);
}

/** Shapes of keys that nobody outside may see. */
const SECRETS: readonly [what: string, shape: RegExp][] = [
  ['a key of Anthropic', /\bsk-ant-[\w-]{20,}/],
  ['a key of OpenAI', /\bsk-(?:proj-)?[A-Za-z0-9]{32,}/],
  ['a secret key of Supabase', /\bsb_secret_[\w-]{16,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['the address of a database with its password', /\b(?:postgres(?:ql)?|rediss?):\/\/[^\s:/"]+:[^\s@"]+@/],
  [
    'a service-role token',
    /\beyJ[\w-]+\.eyJ[\w-]*?(?:InJvbGUiOiJzZXJ2aWNlX3JvbGUi|c2VydmljZV9yb2xl|zZXJ2aWNlX3JvbG|ZXJ2aWNlX3JvbGUi)[\w-]*/,
  ],
];

export function secretsCheck({ answers }: App, settings: Settings): Finding {
  const own = secretValues({ ...settings, SUPABASE_ANON_KEY: '' });
  for (const { path, headers, text } of answers) {
    const all = `${text}\n${[...headers].map(([name, value]) => `${name}: ${value}`).join('\n')}`;
    const shape = SECRETS.find(([, pattern]) => pattern.test(all));
    if (shape) return found('secrets', `The answer to ${path} holds ${shape[0]}.`);
    if (own.some((secret) => all.includes(secret)))
      return found('secrets', `The answer to ${path} holds one of the secret settings.`);
  }
  return fine('secrets', `None in ${answers.length} answers.`);
}
