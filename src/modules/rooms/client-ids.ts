import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { sha256Hex } from '../../common/crypto/tokens.js';
import { newId } from '../../common/ids/ids.js';
import { Config } from '../../config/config.js';
import { Redis } from '../../stores/redis/redis.js';
import { isRedisRefusal } from '../../stores/redis/redis-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';

const KEPT_MS = 86_400_000;
const MAX_KEPT = 20_000;

const RESERVE = `
local known = redis.call('GET', KEYS[1])
if known then return known end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]`;

export interface ReservedId {
  id: string;
  /** It was reserved before, so the message may exist already. */
  isKnown: boolean;
}

/**
 * Gives every attempt to send the same message the same id. So if the answer of an attempt was lost in one store and
 * the repetition goes to the other store, both are one record. If neither this process nor Redis remembers the id, the
 * unique index over the client's id decides, and the reconciler if the two are in different stores.
 */
@Injectable()
export class ClientIds {
  private readonly reserved = new LRUCache<string, string>({ max: MAX_KEPT });

  constructor(
    private readonly redis: Redis,
    private readonly config: Config,
  ) {}

  async reserve(roomId: string, memberId: string, clientId: string | null): Promise<ReservedId> {
    const fresh = newId();
    if (clientId === null) return { id: fresh, isKnown: false };
    const name = sha256Hex(JSON.stringify([roomId, memberId, clientId]));
    const known = this.reserved.get(name);
    if (known !== undefined) return { id: known, isKnown: true };
    // Stored before Redis is asked, because a second attempt may arrive meanwhile.
    this.reserved.set(name, fresh);
    const id = (await this.shared(`${this.config.redis.keyPrefix}:client-id:${name}`, fresh)) ?? fresh;
    if (id !== fresh) this.reserved.set(name, id);
    return { id, isKnown: id !== fresh };
  }

  private async shared(key: string, id: string): Promise<string | null> {
    try {
      const options = { keys: [key], arguments: [id, String(KEPT_MS)] };
      const found: unknown = await this.redis.at(key).run((client) => client.eval(RESERVE, options));
      return typeof found === 'string' ? found : null;
    } catch (error) {
      if (error instanceof StoreUnavailable || isRedisRefusal(error)) return null;
      throw error;
    }
  }
}
