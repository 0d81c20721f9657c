import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { Clock } from '../../common/time/clock.js';
import { LastUsesRepository, type Uses } from './last-uses.pg.repository.js';

const FLUSH_EVERY_MS = 20_000;
/** The limit for each kind. Beyond it a use is not recorded until the next flush. */
const MAX_NOTED = 50_000;
/** How often a row that another transaction holds is tried again. */
const MAX_TRIES = 3;

type Kind = 'keys' | 'sessions';

/**
 * Records when keys and sessions were used last, to within a minute. Uses are collected in memory and written
 * together, so that no request waits for it. If a process is killed, its unwritten uses are lost.
 */
@Injectable()
export class LastUses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LastUses.name);
  private readonly noted: Record<Kind, Map<string, Date>> = { keys: new Map(), sessions: new Map() };
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly uses: LastUsesRepository,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.flush();
  }

  note({ apiKeyId, sessionId }: Pick<Principal, 'apiKeyId' | 'sessionId'>): void {
    if (apiKeyId !== null) this.noteIn('keys', apiKeyId);
    else if (sessionId !== null) this.noteIn('sessions', sessionId);
  }

  /** Writes the collected uses. Never rejects. If PostgreSQL is away, they are written with the next flush. */
  async flush(): Promise<void> {
    await Promise.all([this.flushOf('keys'), this.flushOf('sessions')]);
  }

  private noteIn(kind: Kind, id: string): void {
    const noted = this.noted[kind];
    if (noted.size < MAX_NOTED || noted.has(id)) noted.set(id, this.clock.now());
  }

  private async flushOf(kind: Kind): Promise<void> {
    const left = new Map(this.noted[kind]);
    this.noted[kind].clear();
    try {
      for (let tries = 0; left.size > 0 && tries < MAX_TRIES; tries += 1) {
        for (const id of await this.write(kind, left)) left.delete(id);
      }
    } catch (error) {
      this.logger.debug(error);
      this.keep(kind, left);
    }
  }

  private write(kind: Kind, uses: Uses): Promise<string[]> {
    return kind === 'keys' ? this.uses.ofKeys(uses) : this.uses.ofSessions(uses);
  }

  private keep(kind: Kind, unwritten: Uses): void {
    for (const [id, at] of unwritten) {
      if (!this.noted[kind].has(id) && this.noted[kind].size < MAX_NOTED) this.noted[kind].set(id, at);
    }
  }
}
