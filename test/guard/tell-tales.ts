/** Servers that repeat what they were sent, as debug pages, proxies and old Redis servers do. */
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';

export interface TellTales {
  readonly redisPort: number;
  readonly httpPort: number;
  readonly postgresPort: number;
  close(): void;
}

export async function tellTales(): Promise<TellTales> {
  // Redis 5, asked for AUTH with a user: the arguments of an unknown command come back.
  const redis = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .once('data', (data) => {
        const words = data
          .toString()
          .split('\r\n')
          .filter((word) => word !== '' && !/^[*$]/.test(word));
        socket.end(`-ERR unknown command, with args beginning with: ${words.join(' ')}\r\n`);
      }),
  );
  const postgres = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .once('data', () => {
        // AuthenticationCleartextPassword; then an error that holds what was given.
        socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
        socket.once('data', (data) => {
          const fields = `SFATAL\0C28P01\0Mpassword "${data.subarray(5, -1).toString()}" is wrong\0\0`;
          const length = Buffer.alloc(4);
          length.writeInt32BE(4 + Buffer.byteLength(fields));
          socket.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)]));
        });
      }),
  );
  const http = createHttp(async (request, response) => {
    const told = `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${await text(request)}`;
    const headers = {
      'content-type': 'application/json',
      location: `http://elsewhere.example/?${encodeURIComponent(told)}`,
    };
    const body = { code: told, error_code: told, msg: told, message: told, error: told, error_description: told };
    response.writeHead(request.url?.startsWith('/api/health') ? 500 : 400, headers).end(JSON.stringify(body));
  });
  const servers: Server[] = [redis, postgres, http];
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  const [redisPort, postgresPort, httpPort] = servers.map((server) => (server.address() as AddressInfo).port);
  return {
    ...{ redisPort: redisPort!, postgresPort: postgresPort!, httpPort: httpPort! },
    close() {
      http.closeAllConnections();
      for (const server of servers) server.close();
    },
  };
}
