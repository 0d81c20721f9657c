import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { Logger } from '@nestjs/common';

import type { Postgres } from '../../stores/postgres/postgres.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { newGeneration } from '../generation-token.js';
import { Presence } from './presence.js';
import { encodePeerInvalidation, parsePeerInvalidation, type PeerInvalidation } from './peer-invalidation.js';

const CONFIRM_MS = 1_000;
const LOOK_MS = 25;
const WATCH_MS = 1_000;

/** What an instance does for its peers, and what it has to learn about itself. */
export interface PeerDuties {
  /** Writes the invalidation to Redis on behalf of another instance. True: Redis has applied it. */
  apply: (tags: PeerInvalidation['tags']) => Promise<boolean>;
  /** The peers can no longer see that this instance trusts Redis, so it must not trust Redis until they can. */
  unseen: () => void;
}

/**
 * A second path between instances, through PostgreSQL, for an instance that cannot reach Redis while its peers can. An
 * instance that trusts Redis announces that, and so does an instance with pending invalidations. An instance announces
 * that it trusts Redis before it checks for pending invalidations. An instance with pending invalidations announces
 * them before it checks which instances trust Redis. So at least one of the two sees the other.
 */
export class Peers {
  private readonly logger = new Logger('Cache');
  private readonly id = randomBytes(6).toString('base64url');
  private readonly scope: string;
  private readonly trustPresence: Presence;
  private readonly pendingPresence: Presence;
  private readonly waiting = new Map<string, () => void>();
  private watch: NodeJS.Timeout | null = null;

  constructor(
    private readonly postgres: Postgres,
    private readonly url: string,
    prefix: string,
    private readonly duties: PeerDuties,
  ) {
    this.scope = createHash('sha256').update(prefix).digest('hex').slice(0, 8);
    this.trustPresence = this.presence('trusts', 'invalidate', (payload) => void this.onRequest(payload));
    this.pendingPresence = this.presence('pending', 'done', (id) => this.waiting.get(id)?.());
  }

  /**
   * Asks a peer to write the invalidation to Redis. True: a peer has done so, or `isSettled` became true. False: no
   * peer trusts Redis, or no peer has answered for a second, or PostgreSQL is away. Never rejects.
   */
  async requestInvalidation(tags: readonly string[], isSettled: () => boolean): Promise<boolean> {
    const id = newGeneration();
    try {
      await this.pendingPresence.appear();
      return await this.confirmed(id, tags, isSettled);
    } catch (error) {
      this.note(error);
      return false;
    } finally {
      this.waiting.delete(id);
      if (isSettled()) this.pendingPresence.leave();
    }
  }

  /** This instance has no pending invalidations any more. */
  settled(): void {
    this.pendingPresence.leave();
  }

  /**
   * To be called before Redis is trusted. True: another instance has pending invalidations that may not have reached
   * any peer. Never rejects. While PostgreSQL is away no instance can write, so what is in Redis is trusted.
   */
  async haveOthersPending(): Promise<boolean> {
    this.watch ??= setInterval(() => void this.look(), WATCH_MS).unref();
    try {
      await this.trustPresence.appear();
      return (await this.others('pending')) > 0;
    } catch (error) {
      this.note(error);
      return false;
    }
  }

  /** This instance no longer trusts Redis. */
  withdrawTrust(): void {
    if (this.watch) clearInterval(this.watch);
    this.watch = null;
    this.trustPresence.leave();
  }

  close(): void {
    this.withdrawTrust();
    this.pendingPresence.leave();
  }

  private async confirmed(id: string, tags: readonly string[], isSettled: () => boolean): Promise<boolean> {
    let isDone = false;
    const done = new Promise<void>((resolve) => {
      this.waiting.set(id, () => {
        isDone = true;
        resolve();
      });
    });
    const until = performance.now() + CONFIRM_MS;
    for (let looks = 0; performance.now() < until; looks += 1) {
      if (isDone || isSettled()) return true;
      if ((await this.others('trusts')) === 0) return false;
      if (looks === 0) await this.notify('invalidate', encodePeerInvalidation(id, tags));
      await Promise.race([done, pause(LOOK_MS)]);
    }
    return isDone;
  }

  private async onRequest(payload: string): Promise<void> {
    const request = parsePeerInvalidation(payload);
    if (!request) return;
    try {
      if (await this.duties.apply(request.tags)) await this.notify('done', request.id);
    } catch (error) {
      this.note(error);
    }
  }

  /**
   * Checks the connection itself, because the driver restores a lost connection only once and then gives up silently.
   */
  private async look(): Promise<void> {
    if (!this.postgres.liveness.isUp) return;
    try {
      if ((await this.count(this.trustPresence.name, '')) > 0 || this.watch === null) return;
      this.trustPresence.leave();
      this.duties.unseen();
    } catch (error) {
      this.note(error);
    }
  }

  private others(what: string): Promise<number> {
    return this.count(this.nameOf(what, ''), this.nameOf(what, this.id));
  }

  private count(startingWith: string, except: string): Promise<number> {
    return this.run('cache.peers', async () => {
      const [row] = await this.postgres.sql<{ peers: number }[]>`
        select count(distinct application_name)::int as peers from pg_stat_activity
        where datname = current_database() and starts_with(application_name, ${startingWith})
          and application_name <> ${except}`;
      return row?.peers ?? 0;
    });
  }

  private notify(channel: string, payload: string): Promise<unknown> {
    return this.run('cache.notify', () =>
      this.postgres.sql`select pg_notify(${this.channelOf(channel)}, ${payload})`.execute(),
    );
  }

  private run<T>(operation: string, work: () => Promise<T>): Promise<T> {
    return this.postgres.liveness.run(work, operation);
  }

  private presence(what: string, channel: string, heard: (payload: string) => void): Presence {
    const { url } = this;
    return new Presence(this.postgres, {
      url,
      name: this.nameOf(what, this.id),
      channel: this.channelOf(channel),
      heard,
    });
  }

  private nameOf(what: string, id: string): string {
    return `triptych-cache-${what}:${this.scope}:${id}`;
  }

  private channelOf(name: string): string {
    return `triptych_cache_${name}_${this.scope}`;
  }

  private note(error: unknown): void {
    if (error instanceof StoreUnavailable) this.logger.debug(error.message);
    else
      this.logger.error(
        { err: error },
        'Invalidations could not reach the other instances by way of PostgreSQL',
      );
  }
}
