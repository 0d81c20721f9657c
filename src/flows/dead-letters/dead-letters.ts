import { Injectable } from '@nestjs/common';

import type { Position } from '../../common/http/page.js';
import { EffectDeadLetters } from '../effects/effect-dead-letters.mongo.repository.js';
import { OutboxDeadLetters } from '../outbox/outbox-dead-letters.pg.repository.js';
import { JobDeadLetters } from '../scheduler/job-dead-letters.pg.repository.js';
import { SpoolDeadLetters } from '../spool/spool-dead-letters.pg.repository.js';
import {
  DEAD_LETTER_SOURCES,
  type DeadLetter,
  type DeadLetterDetail,
  type DeadLetterQueue,
  type DeadLetterSource,
} from './dead-letter.js';

/** Where a list begins, and of which source. Without a source: of all. */
export interface DeadLetterFilter {
  before?: Position | null;
  source?: DeadLetterSource | undefined;
}

/** The dead letters of all queues, which stay until an operator retries them. */
@Injectable()
export class DeadLetters {
  private readonly queues: Readonly<Record<DeadLetterSource, DeadLetterQueue>>;

  constructor(
    outbox: OutboxDeadLetters,
    spool: SpoolDeadLetters,
    effects: EffectDeadLetters,
    scheduler: JobDeadLetters,
  ) {
    this.queues = { outbox, spool, effects, scheduler };
  }

  /** Newest first. The dead letters of all sources are merged into one order. */
  async list(limit: number, { before = null, source }: DeadLetterFilter = {}): Promise<DeadLetter[]> {
    const found = await Promise.all(this.of(source).map((queue) => queue.list(limit, before)));
    return found.flat().sort(newestFirst).slice(0, limit);
  }

  /** Null if the row is not a dead letter: it waits, is delivered, or never existed. */
  async find(id: string): Promise<DeadLetterDetail | null> {
    for (const queue of this.of()) {
      const letter = await queue.find(id);
      if (letter) return letter;
    }
    return null;
  }

  /** Whether an event, in whatever state, or a document that is not in MongoDB yet has this id. */
  async isKnown(id: string): Promise<boolean> {
    const known = await Promise.all(this.of().map((queue) => queue.knows(id)));
    return known.includes(true);
  }

  /** Resets the attempts of these. Returns how many of them were dead letters. */
  async retry(ids: readonly string[]): Promise<number> {
    return ids.length === 0 ? 0 : this.revive(ids);
  }

  /** Returns how many there were. */
  retryAll(source?: DeadLetterSource): Promise<number> {
    return this.revive('all', source);
  }

  private async revive(ids: readonly string[] | 'all', source?: DeadLetterSource): Promise<number> {
    let revived = 0;
    for (const queue of this.of(source)) revived += await queue.retry(ids);
    return revived;
  }

  private of(source?: DeadLetterSource): DeadLetterQueue[] {
    return DEAD_LETTER_SOURCES.filter((each) => source === undefined || each === source).map(
      (each) => this.queues[each],
    );
  }
}

/** The order of PostgreSQL, in which UUIDs compare as their texts do. */
const newestFirst = (a: DeadLetter, b: DeadLetter): number =>
  b.deadAt.getTime() - a.deadAt.getTime() || (a.id < b.id ? 1 : -1);
