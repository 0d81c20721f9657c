import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { Logger } from '@nestjs/common';

import type { Postgres } from '../../stores/postgres/postgres.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { newGeneration } from '../generation-token.js';
import { Presence } from './presence.js';
import { tellingOf, type ToldTags, toldTags } from './told-tags.js';

const CONFIRM_MS = 1_000;
const LOOK_MS = 25;
const WATCH_MS = 1_000;

/** What an instance does for the others, and wants to know of itself. */
export interface PeerDuties {
  /** Tells Redis on behalf of another instance. True: it was told. */
  apply: (tags: ToldTags['tags']) => Promise<boolean>;
  /** The others can no longer see that this instance believes Redis: it must not, until they can. */
  unseen: () => void;
}

/**
 * The second way between instances, by PostgreSQL, for one that cannot reach Redis while others can. An instance that
 * believes Redis shows it, and one that owes Redis an invalidation shows that. Who begins to believe shows it first and
 * then looks for debts; who owes shows it first and then looks for believers: so at least one of two sees the other.
 */
export class Peers {
  private readonly logger = new Logger('Cache');
  private readonly id = randomBytes(6).toString('base64url');
  private readonly scope: string;
  private readonly believing: Presence;
  private readonly owing: Presence;
  private readonly waiting = new Map<string, () => void>();
  private watch: NodeJS.Timeout | null = null;

  constructor(
    private readonly postgres: Postgres,
    private readonly url: string,
    prefix: string,
    private readonly duties: PeerDuties,
  ) {
    this.scope = createHash('sha256').update(prefix).digest('hex').slice(0, 8);
    this.believing = this.presence('believes', 'told', (payload) => void this.told(payload));
    this.owing = this.presence('owes', 'done', (id) => this.waiting.get(id)?.());
  }

  /**
   * Has another instance tell Redis. True: one has, or `isSettled` became so. False: nobody else believes Redis, or nobody
   * has answered for a second, or PostgreSQL is away. Never rejects.
   */
  async tell(tags: readonly string[], isSettled: () => boolean): Promise<boolean> {
    const id = newGeneration();
    try {
      await this.owing.appear();
      return await this.confirmed(id, tags, isSettled);
    } catch (error) {
      this.note(error);
      return false;
    } finally {
      this.waiting.delete(id);
      if (isSettled()) this.owing.leave();
    }
  }

  /** This instance owes Redis nothing any more. */
  settled(): void {
    this.owing.leave();
  }

  /**
   * To be called before Redis is believed. True: another instance owes it something that nobody may know. Never rejects:
   * with PostgreSQL away nobody can write, and what is there is believed.
   */
  async isOwed(): Promise<boolean> {
    this.watch ??= setInterval(() => void this.look(), WATCH_MS).unref();
    try {
      await this.believing.appear();
      return (await this.others('owes')) > 0;
    } catch (error) {
      this.note(error);
      return false;
    }
  }

  /** Redis is not believed any more. */
  doubt(): void {
    if (this.watch) clearInterval(this.watch);
    this.watch = null;
    this.believing.leave();
  }

  close(): void {
    this.doubt();
    this.owing.leave();
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
      if ((await this.others('believes')) === 0) return false;
      if (looks === 0) await this.notify('told', tellingOf(id, tags));
      await Promise.race([done, pause(LOOK_MS)]);
    }
    return isDone;
  }

  private async told(payload: string): Promise<void> {
    const told = toldTags(payload);
    if (!told) return;
    try {
      if (await this.duties.apply(told.tags)) await this.notify('done', told.id);
    } catch (error) {
      this.note(error);
    }
  }

  /** The driver restores a lost connection once, and gives up without a word. */
  private async look(): Promise<void> {
    if (!this.postgres.liveness.isUp) return;
    try {
      if ((await this.count(this.believing.name, '')) > 0 || this.watch === null) return;
      this.believing.leave();
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
    else this.logger.error({ err: error }, 'Instances could not be told by way of PostgreSQL');
  }
}
