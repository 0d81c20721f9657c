import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

interface Link {
  client: Socket;
  upstream: Socket;
  /** When the last answer so far is sent on, by the clock of `performance.now()`. */
  dueAt: number;
  /** Delayed answers, one after the other. */
  waiting: number;
  sent: Promise<void>;
  isLost: boolean;
}

/**
 * A connection to a store that can be disturbed: slow, narrow, cut, half open, or cut in the middle of a reply. A
 * disturbance applies to existing and new connections, until `heal`.
 */
export class TcpProxy {
  private readonly links = new Set<Link>();
  private delayMs = 0;
  private bytesPerMs = Infinity;
  private isCut = false;
  private isStalled = false;
  private passes = Infinity;
  private atEnd: () => void = () => undefined;
  private forbidden: string | null = null;
  /** Connections that were attempted since the start. */
  attempts = 0;
  /** Bytes of answers that were passed on. */
  answered = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async start(url: string): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, new URL(url));
    server.on('connection', (client) => proxy.accept(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The target's URL through this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString();
  }

  get open(): number {
    return this.links.size;
  }

  /** Delays every answer by this time. */
  delayBy(ms: number): void {
    this.delayMs = ms;
  }

  throttleTo(bytesPerSecond: number): void {
    this.bytesPerMs = bytesPerSecond / 1_000;
  }

  /** Ends all connections, and new ones at once. */
  cut(): void {
    this.isCut = true;
    this.drop();
  }

  /** Ends all connections once. New ones work. */
  drop(): void {
    for (const { client, upstream } of this.links) {
      client.destroy();
      upstream.destroy();
    }
  }

  /** Half open: accepts everything and passes nothing on, in either direction. */
  stall(): void {
    this.isStalled = true;
  }

  /** Existing connections become silent, and do not even report their end. New ones work. */
  lose(): void {
    for (const link of this.links) link.isLost = true;
  }

  /**
   * After so many further bytes of answers, in the middle of a reply: every connection ends once (`cut`), answers stop
   * (`stall`), or these connections become silent (`lose`).
   */
  breakAfter(bytes: number, how: 'cut' | 'stall' | 'lose'): void {
    this.passes = bytes;
    this.atEnd = () => (how === 'cut' ? this.drop() : this[how]());
  }

  /** Ends every connection that sends this text, without passing the text on. */
  dropWhoSays(text: string): void {
    this.forbidden = text;
  }

  /** Ends the disturbance. Connections that lost bytes are ended, because their further bytes would make no sense. */
  heal(): void {
    if (this.isStalled) this.drop();
    this.delayMs = 0;
    this.bytesPerMs = Infinity;
    this.isCut = false;
    this.isStalled = false;
    this.passes = Infinity;
    this.forbidden = null;
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(client: Socket): void {
    this.attempts += 1;
    if (this.isCut) {
      client.destroy();
      return;
    }
    const upstream = connect({ port: Number(this.target.port), host: this.target.hostname, noDelay: true });
    const link = { client, upstream, dueAt: 0, waiting: 0, sent: Promise.resolve(), isLost: false };
    this.links.add(link);
    for (const socket of [client, upstream]) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.links.delete(link);
        client.destroy();
        upstream.destroy();
      });
    }
    client.setNoDelay(true);
    client.on('data', (chunk) => {
      if (this.forbidden !== null && chunk.includes(this.forbidden)) client.destroy();
      else if (!this.isStalled && !link.isLost) upstream.write(chunk);
    });
    upstream.on('data', (chunk) => this.answer(link, chunk));
  }

  private answer(link: Link, chunk: Buffer): void {
    const now = performance.now();
    link.dueAt = Math.max(link.dueAt, now + this.delayMs) + chunk.length / this.bytesPerMs;
    const { dueAt } = link;
    if (dueAt - now < 1 && link.waiting === 0) return this.pass(link, chunk);
    link.waiting += 1;
    link.sent = link.sent.then(async () => {
      await pause(Math.max(0, dueAt - performance.now()), undefined, { ref: false });
      link.waiting -= 1;
      this.pass(link, chunk);
    });
  }

  private pass({ client, isLost }: Link, chunk: Buffer): void {
    if (this.isStalled || isLost || !client.writable) return;
    this.answered += Math.min(chunk.length, this.passes);
    if (chunk.length < this.passes) {
      this.passes -= chunk.length;
      client.write(chunk);
      return;
    }
    const end = this.atEnd;
    const head = chunk.subarray(0, this.passes);
    this.passes = Infinity;
    // Not before the bytes are sent, because they are the half reply that the test needs.
    client.write(head, () => end());
  }
}
