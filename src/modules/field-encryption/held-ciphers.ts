import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import type { KeyOwner } from './data-key.js';
import type { UserCipher } from './user-cipher.js';

const MAX_HELD = 10_000;
const UNUSED_MS = 900_000;
const PURGED_EVERY_MS = 60_000;
/** Another instance may have destroyed the key, so it is looked up again at intervals. */
const CONFIRMED_FOR_MS = 60_000;

interface Held {
  cipher: UserCipher;
  /** `performance.now()`. */
  confirmedAt: number;
}

/** The unwrapped data keys of this process. Their number is limited, and each is kept as long as it is used. */
@Injectable()
export class HeldCiphers implements OnApplicationShutdown {
  private readonly held = new LRUCache<string, Held>({
    max: MAX_HELD,
    ttl: UNUSED_MS,
    updateAgeOnGet: true,
  });
  private readonly purge = setInterval(() => this.held.purgeStale(), PURGED_EVERY_MS).unref();

  onApplicationShutdown(): void {
    clearInterval(this.purge);
    this.held.clear();
  }

  /** `isConfirmed`: PostgreSQL had the key recently. */
  get(owner: KeyOwner): { cipher: UserCipher; isConfirmed: boolean } | null {
    const held = this.held.get(nameOf(owner));
    if (!held) return null;
    return { cipher: held.cipher, isConfirmed: performance.now() - held.confirmedAt < CONFIRMED_FOR_MS };
  }

  set(owner: KeyOwner, cipher: UserCipher): void {
    this.held.set(nameOf(owner), { cipher, confirmedAt: performance.now() });
  }

  drop(owner: KeyOwner): void {
    this.held.delete(nameOf(owner));
  }
}

const nameOf = ({ orgId, userId }: KeyOwner): string => `${orgId}:${userId}`;
