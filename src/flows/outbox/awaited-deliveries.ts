import { Injectable, Logger } from '@nestjs/common';

import { OutboxQueue } from './outbox-queue.pg.repository.js';

const LOOK_MS = 25;

/** Makes a request wait until its events are readable in MongoDB, whichever process delivers them. */
@Injectable()
export class AwaitedDeliveries {
  private readonly logger = new Logger(AwaitedDeliveries.name);
  private readonly waiting = new Map<string, () => void>();
  private readonly elsewhere = new Set<string>();
  private looking: NodeJS.Timeout | null = null;
  private isAsking = false;

  constructor(private readonly queue: OutboxQueue) {}

  /**
   * True if all were delivered, false if the budget ended first. Never rejects. `elsewhere`: events that another
   * process may deliver.
   */
  async wait(ids: readonly string[], elsewhere: readonly string[], budgetMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), budgetMs);
    });
    const all = Promise.all(ids.map((id) => new Promise<void>((resolve) => this.waiting.set(id, resolve))));
    for (const id of elsewhere) this.elsewhere.add(id);
    if (elsewhere.length > 0) this.looking ??= setInterval(() => void this.look(), LOOK_MS).unref();
    const isComplete = await Promise.race([all.then(() => true as const), late]);
    clearTimeout(timer);
    this.forget(ids);
    return isComplete;
  }

  /** Call it when these events are written and their cache tags replaced. */
  arrived(ids: readonly string[]): void {
    if (this.waiting.size === 0) return;
    for (const id of ids) this.waiting.get(id)?.();
  }

  /** No process will deliver these soon, so the requests that wait for them continue. */
  abandon(ids: readonly string[]): void {
    this.arrived(ids);
  }

  private forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.waiting.delete(id);
      this.elsewhere.delete(id);
    }
    if (this.elsewhere.size > 0 || !this.looking) return;
    clearInterval(this.looking);
    this.looking = null;
  }

  /** Looks into the queue, because another process removes an event from it after delivery. */
  private async look(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      const ids = [...this.elsewhere];
      const undelivered = await this.queue.undelivered(ids);
      this.arrived(ids.filter((id) => !undelivered.has(id)));
    } catch (error) {
      this.logger.debug(`Could not look for deliveries of other processes: ${String(error)}`);
    } finally {
      this.isAsking = false;
    }
  }
}
