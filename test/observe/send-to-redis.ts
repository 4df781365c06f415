import { connect } from 'node:net';

/** Sends commands in Redis' inline form, and waits until all are answered. Answers must be of one line, or nothing. */
export function sendToRedis(port: number, commands: readonly string[]): Promise<void> {
  return new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', failed).on('close', () => done());
    socket.end(commands.map((command) => `${command}\r\n`).join('')).resume();
  });
}
