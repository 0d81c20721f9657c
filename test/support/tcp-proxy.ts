import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

interface Link {
  client: Socket;
  upstream: Socket;
  /** When the last answer so far leaves, on the clock of `performance.now()`. */
  dueAt: number;
  /** Answers that wait for their time, one after the other. */
  waiting: number;
  sent: Promise<void>;
  isLost: boolean;
}

/**
 * A way to a store that can be made bad: slow, narrow, cut, half open, or cut in the middle of a reply. As bad as it is
 * made for the connections that are there and for new ones, until `heal`.
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

  /** The target's URL, by way of here. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString();
  }

  get open(): number {
    return this.links.size;
  }

  /** Every answer takes so much longer. */
  delayBy(ms: number): void {
    this.delayMs = ms;
  }

  throttleTo(bytesPerSecond: number): void {
    this.bytesPerMs = bytesPerSecond / 1_000;
  }

  /** All connections end, and new ones at once. */
  cut(): void {
    this.isCut = true;
    this.drop();
  }

  /** All connections end once; new ones are good. */
  drop(): void {
    for (const { client, upstream } of this.links) {
      client.destroy();
      upstream.destroy();
    }
  }

  /** Half open: everything is taken and nothing passed on, in either direction. */
  stall(): void {
    this.isStalled = true;
  }

  /** Nothing is heard of the connections that are there any more, nor that they have ended; new ones are good. */
  lose(): void {
    for (const link of this.links) link.isLost = true;
  }

  /**
   * After so many further bytes of answers, in mid-reply: every connection ends once (`cut`), answers stop (`stall`), or
   * nothing is heard of these connections any more (`lose`).
   */
  breakAfter(bytes: number, how: 'cut' | 'stall' | 'lose'): void {
    this.passes = bytes;
    this.atEnd = () => (how === 'cut' ? this.drop() : this[how]());
  }

  /** Every connection that says this ends at once, unheard. */
  dropWhoSays(text: string): void {
    this.forbidden = text;
  }

  /** Good again. Connections that lost bytes end: what they say from here on would make no sense. */
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
    // Not before the bytes have left: they are the half of a reply that the test is about.
    client.write(head, () => end());
  }
}
