import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { Config } from './config.js';

const KEY_BYTES = 32;

interface ServerKey {
  id: string;
  secret: Buffer;
}

/**
 * Message authentication codes under keys that only the service has, so that stored codes cannot be guessed from
 * outside, and the keys that wrap data keys. From each of `FIELD_ENCRYPTION_KEYS`, one key for each purpose is derived
 * (HKDF, RFC 5869). The newest makes new codes and wraps new keys. All of them verify and unwrap old ones.
 */
@Injectable()
export class ServerKeys {
  private readonly ring: readonly ServerKey[];
  private readonly derived = new Map<string, KeyObject>();

  constructor(config: Config) {
    const ring = config.fieldEncryptionKeys.map((entry): ServerKey => {
      const [id = '', secret = ''] = entry.split(':');
      return { id, secret: Buffer.from(secret, 'base64') };
    });
    // Production refuses to start without a ring. Elsewhere all instances on one database have to use the same key.
    const fallback = { id: 'none', secret: Buffer.from(config.postgres.url) };
    this.ring = ring.length > 0 ? ring : [fallback];
  }

  /** `keyId.mac`, with the newest key. */
  sign(purpose: string, text: string): string {
    const [newest] = this.codes(purpose, text);
    return newest ?? '';
  }

  /** The code under each key of the ring, newest first. */
  codes(purpose: string, text: string): string[] {
    return this.ring.map((key) => `${key.id}.${this.mac(key, purpose, text)}`);
  }

  /** Whether `code` is one of `codes`, in constant time. */
  isSigned(purpose: string, text: string, code: string): boolean {
    return this.codes(purpose, text).some((candidate) => isSame(candidate, code));
  }

  /** The id of the key that makes new codes and wraps new keys. */
  get newestId(): string {
    return this.ring[0]?.id ?? '';
  }

  /** The key of one purpose that is derived from the key `id`; null where `id` is not in the ring. */
  keyOf(purpose: string, id: string): KeyObject | null {
    const key = this.ring.find((candidate) => candidate.id === id);
    return key ? this.derive(key, purpose) : null;
  }

  private mac(key: ServerKey, purpose: string, text: string): string {
    return createHmac('sha256', this.derive(key, purpose)).update(text).digest('base64url');
  }

  private derive(key: ServerKey, purpose: string): KeyObject {
    const name = `${key.id}:${purpose}`;
    const derived =
      this.derived.get(name) ??
      createSecretKey(Buffer.from(hkdfSync('sha256', key.secret, '', `triptych ${purpose}`, KEY_BYTES)));
    this.derived.set(name, derived);
    return derived;
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
