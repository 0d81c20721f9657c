import { once } from 'node:events';
import { type IncomingMessage, get } from 'node:http';

import { eventually } from './eventually.js';

export interface ReadEvent {
  id: string;
  event: string;
  data: unknown;
}

/** A client of a stream of server-sent events over a real socket, which keeps everything that it received. */
export class EventReader {
  readonly events: ReadEvent[] = [];
  comments = 0;
  /** The server has ended the answer, or the connection was cut. */
  isEnded = false;
  private rest = '';

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.take(text));
    const end = (): void => {
      this.isEnded = true;
    };
    response.once('end', end).once('close', end).once('error', end);
  }

  static async open(url: string, headers: Record<string, string>): Promise<EventReader> {
    const request = get(url, { headers, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new EventReader(response);
  }

  get status(): number | undefined {
    return this.response.statusCode;
  }

  get lastId(): string {
    return this.events.at(-1)?.id ?? '';
  }

  /** Waits until so many events have arrived. */
  async has(count: number, deadlineMs?: number): Promise<void> {
    await eventually(
      () => Promise.resolve(this.events.length),
      (length) => length >= count,
      deadlineMs,
    );
  }

  /** Waits until the stream is over. */
  async ends(): Promise<void> {
    await eventually(
      () => Promise.resolve(this.isEnded),
      (isEnded) => isEnded,
    );
  }

  close(): void {
    this.response.destroy();
  }

  private take(text: string): void {
    const frames = (this.rest + text).split('\n\n');
    this.rest = frames.pop() ?? '';
    for (const frame of frames) {
      if (frame.startsWith(':')) this.comments += 1;
      const fields = new Map(
        frame
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      );
      const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
      if (id !== undefined && event !== undefined && data !== undefined)
        this.events.push({ id, event, data: JSON.parse(data) as unknown });
    }
  }
}
