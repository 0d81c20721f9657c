import { z } from 'zod';

import { epochsOf } from '../tags.js';

/** Below the limit of PostgreSQL, which refuses a notification of 8,000 bytes. */
const MAX_BYTES = 7_800;

const message = z.tuple([z.string(), z.array(z.string()).nullable()]);

/** Tags on their way to other instances through PostgreSQL. `tags` null: everything. */
export interface PeerInvalidation {
  id: string;
  tags: readonly string[] | null;
}

/** The notification in the most exact form that fits: the tags, their organisations' epochs, or everything. */
export function encodePeerInvalidation(id: string, tags: readonly string[]): string {
  const candidates = [tags, epochsOf(tags)].map((some) => JSON.stringify([id, some]));
  return candidates.find((text) => Buffer.byteLength(text) <= MAX_BYTES) ?? JSON.stringify([id, null]);
}

/** Null if no instance of this version can have sent the payload. */
export function parsePeerInvalidation(payload: string): PeerInvalidation | null {
  try {
    const { success, data } = message.safeParse(JSON.parse(payload));
    return success ? { id: data[0], tags: data[1] } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
