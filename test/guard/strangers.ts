/** Listeners that nobody named: each byte that reaches one is a leak. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Stranger {
  readonly port: number;
  /** Connections since the last look. */
  visits(): number;
  close(): void;
}

/** @param host without one, whatever spelling of this machine: Node listens on IPv6, too, where there is any */
export async function stranger(host?: string): Promise<Stranger> {
  let seen = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    seen += 1;
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    // Whoever waits for an answer shall not wait long.
    socket.end('HTTP/1.1 418 Stranger\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    visits() {
      const visits = seen;
      seen = 0;
      return visits;
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
