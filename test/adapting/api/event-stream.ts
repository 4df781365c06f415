/** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */

export interface ServerEvent {
  /** `message` where the stream doesn't say. */
  readonly name: string;
  readonly data: string;
}

/** The events of a stream that has ended; what comes after its last blank line was broken off, and is none. */
export function eventsOf(stream: string): ServerEvent[] {
  const blocks = stream.replace(/\r\n?/g, '\n').split('\n\n').slice(0, -1);
  return blocks.map(eventOf).filter(({ data }) => data !== '');
}

function eventOf(block: string): ServerEvent {
  const lines = block.split('\n');
  const values = (field: string) =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ''));
  return { name: values('event').pop() ?? 'message', data: values('data').join('\n') };
}
