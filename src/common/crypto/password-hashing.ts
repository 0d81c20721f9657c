import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

import { Injectable, type OnModuleInit } from '@nestjs/common';

import { FairQueue } from '../fair-queue.js';
import { newId } from '../ids/ids.js';
import { isUsableHash, verifyPassword } from './password-hash.js';
import { hashPassword } from './passwords.js';

/** Hashes run on the four threads on which Node also reads files and inflates bodies, so one thread stays free. */
const CONCURRENCY = Math.max(1, Math.min(3, availableParallelism()));
/** The cost of the most expensive hash that `isUsableHash` allows, in units of our own hash. */
const DEAREST = 20;
const LONGEST_FAILURE_MS = 1_000;

/**
 * Hashes and checks passwords, a few at once, and lets callers take turns. Not to be called inside a transaction,
 * because a connection would be held while the hash waits. `caller` is the organisation, or, if there is none yet, the
 * address or the account.
 */
@Injectable()
export class PasswordHashing implements OnModuleInit {
  private readonly queue = new FairQueue({ concurrency: CONCURRENCY, perCallerWaiting: 100, waitMs: 10_000 });
  private decoy = '';
  private failureMs = 0;

  async onModuleInit(): Promise<void> {
    this.decoy = await hashPassword(newId());
    const startedAt = performance.now();
    await verifyPassword(this.decoy, '');
    this.failureMs = Math.min(LONGEST_FAILURE_MS, DEAREST * (performance.now() - startedAt));
  }

  /** Throws `QueueFull`. */
  hash(caller: string, password: string): Promise<string> {
    return this.queue.run(caller, () => hashPassword(password));
  }

  /**
   * False for a wrong password, for a hash that cannot be checked, and for no hash. A failure takes as long as one
   * against the most expensive hash, so that its duration does not reveal the reason. Throws `QueueFull`.
   */
  async verify(caller: string, stored: string | null, password: string): Promise<boolean> {
    const isUsable = stored !== null && isUsableHash(stored);
    const startedAt = performance.now();
    const isRight = await this.queue.run(caller, () =>
      verifyPassword(isUsable ? stored : this.decoy, password),
    );
    if (isRight && isUsable) return true;
    await pause(Math.max(0, this.failureMs - (performance.now() - startedAt)));
    return false;
  }
}
