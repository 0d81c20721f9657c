const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C may arrive several times: from the terminal, from npm and from the bootstrap script. */
const SAME_INTERRUPTION_MS = 1_000;

export type Reason = (typeof SIGNALS)[number] | 'parent gone';

/**
 * Listens for a request to end this process: a signal, or the end of the process that started it over an IPC channel
 * (`scripts/lib/foreground.mjs`). At the second request the process exits at once, and its reaper ends the processes
 * that it started.
 */
export class Interruption {
  /** Fulfilled at the first request. */
  readonly requested: Promise<Reason>;
  private firstAt: number | null = null;

  constructor() {
    this.requested = new Promise((resolve) => {
      const ask = (reason: Reason) => this.ask(reason, resolve);
      for (const signal of SIGNALS) process.on(signal, () => ask(signal));
      if (!process.connected) return;
      process.once('disconnect', () => ask('parent gone'));
      // The channel alone must not keep this process alive.
      process.channel?.unref();
    });
    // The terminal may be closed before this process ends. Then its last output is lost, which does no harm.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  get isRequested(): boolean {
    return this.firstAt !== null;
  }

  private ask(reason: Reason, resolve: (reason: Reason) => void): void {
    if (this.firstAt === null) {
      this.firstAt = Date.now();
      resolve(reason);
    } else if (Date.now() - this.firstAt > SAME_INTERRUPTION_MS) {
      process.exit(130);
    }
  }
}
