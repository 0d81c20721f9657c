import { hash } from 'node:crypto';

import type { EntryName } from '../shared-tier.js';
import { slotOf, tags } from '../tags.js';

/** Redis keys of the cache. The keys of one organisation have its hash tag, so a cluster keeps them in one slot. */
export class RedisKeys {
  constructor(private readonly prefix: string) {}

  generation(tag: string): string {
    const slot = slotOf(tag);
    return tag === tags.organization(slot) ? `${this.slot(slot)}:epoch` : `${this.slot(slot)}:g:${tag}`;
  }

  /** Hashed, because a key may contain what a user searched for, of any length. */
  entry({ orgId, key }: EntryName): string {
    return `${this.slot(orgId)}:e:${hash('sha256', key, 'base64url')}`;
  }

  /**
   * As in `CLAIM`. The lease key includes the generations, so that a read after an invalidation does not wait for a
   * load that began before it.
   */
  lease(entryKey: string, generations: readonly string[]): string {
    return `${entryKey}:l:${hash('sha1', generations.join())}`;
  }

  /** A glob for the epochs of all organisations. */
  get everyEpoch(): string {
    return `${this.prefix}:{*}:epoch`;
  }

  private slot(name: string): string {
    return `${this.prefix}:{${name}}`;
  }
}

const hashTagEnd = (key: string): number => key.indexOf('}') + 1;

/** Groups keys by hash tag, each with its index in the list, because a cluster accepts one command per group. */
export function bySlot(keys: readonly string[]): { keys: string[]; places: number[] }[] {
  const groups = new Map<string, { keys: string[]; places: number[] }>();
  keys.forEach((key, place) => {
    const slot = key.slice(0, hashTagEnd(key));
    const group = groups.get(slot) ?? { keys: [], places: [] };
    group.keys.push(key);
    group.places.push(place);
    groups.set(slot, group);
  });
  return [...groups.values()];
}

/** Whether all keys have the first one's hash tag. */
export function isOneSlot(keys: readonly string[]): boolean {
  const first = keys[0] ?? '';
  const slot = first.slice(0, hashTagEnd(first));
  return keys.every((key) => key.startsWith(slot));
}
