/** Where processes listen, as the kernel says it. */
import { readdir, readFile, readlink } from 'node:fs/promises';

const LISTENING = '0A';

/** Addresses such as `127.0.0.1:40123` on which a process listens for TCP. */
export async function listeningAddresses(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  const inodes = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]).filter(Boolean));
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables
    .flatMap((table) => table.trim().split('\n').slice(1))
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTENING && inodes.has(fields[9]))
    .map((fields) => addressOf(fields[1]!));
}

/** @param hex address and port, the words of the address in the machine's (little-endian) order */
function addressOf(hex: string): string {
  const [address = '', port = ''] = hex.split(':');
  const bytes = Buffer.from(address, 'hex');
  const words = Array.from({ length: bytes.length / 4 }, (_, index) =>
    bytes.subarray(index * 4, index * 4 + 4).reverse(),
  );
  const whole = Buffer.concat(words);
  const shown = whole.length === 4 ? whole.join('.') : `[${whole.toString('hex')}]`;
  return `${shown}:${Number.parseInt(port, 16)}`;
}
