/** Certificates for 127.0.0.1: one that is good, and one whose time is over, of an authority that is trusted for the test. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyPair {
  key: string;
  cert: string;
}

export interface Certificates {
  valid: KeyPair;
  expired: KeyPair;
  /** The environment in which Node and k6 trust their authority. */
  trust: Record<string, string>;
  folder: string;
}

const CONFIGURATION = `
[ca]
default_ca = authority
[authority]
dir = .
database = index.txt
serial = serial
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
x509_extensions = server
unique_subject = no
[any]
commonName = supplied
[server]
subjectAltName = IP:127.0.0.1
[req]
distinguished_name = name
x509_extensions = own
[name]
[own]
basicConstraints = critical,CA:TRUE
`;

/** Needs openssl. The folder is the caller's to remove. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-certificates-'));
  const openssl = (args: string) => execFileSync('openssl', args.split(' '), { cwd: folder, stdio: 'ignore' });
  await writeFile(join(folder, 'ca.cnf'), CONFIGURATION);
  await writeFile(join(folder, 'index.txt'), '');
  await writeFile(join(folder, 'serial'), '01\n');
  openssl(
    'req -x509 -config ca.cnf -newkey rsa:2048 -nodes -subj /CN=launchgate-faults -days 2 -keyout ca.key -out ca.pem',
  );
  openssl('req -new -config ca.cnf -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout server.key -out server.csr');
  const key = await readFile(join(folder, 'server.key'), 'utf8');
  const signed = async (from: string, to: string): Promise<KeyPair> => {
    openssl(`ca -batch -config ca.cnf -in server.csr -startdate ${from} -enddate ${to} -notext -out server.pem`);
    return { key, cert: await readFile(join(folder, 'server.pem'), 'utf8') };
  };
  const authority = join(folder, 'ca.pem');
  return {
    valid: await signed('20250101000000Z', '20450101000000Z'),
    expired: await signed('20250101000000Z', '20250201000000Z'),
    trust: { NODE_EXTRA_CA_CERTS: authority, SSL_CERT_FILE: authority },
    folder,
  };
}
