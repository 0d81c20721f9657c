import { createHash } from 'node:crypto';

import { isId, madeAt } from '../../../common/ids/ids.js';
import type { FileOwner } from '../../exports/files/private-file.js';
import type { SectionName } from '../../exports/writing/section.js';

/**
 * The id under which a record of a file is taken in: the same each time for one person, another one for any other. A UUIDv7
 * (RFC 9562, section 5.7) with the time of the source's id, where that is one too, so that lists keep their order; the rest is a
 * digest of owner and source.
 */
export function derivedId({ orgId, userId }: FileOwner, section: SectionName, sourceId: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([orgId, userId, section, sourceId]))
    .digest('hex');
  const made = isId(sourceId) ? madeAt(sourceId).getTime() : 0;
  const time = made.toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(digest.slice(3, 4), 16) & 0x3) | 0x8).toString(16);
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${digest.slice(0, 3)}`,
    `${variant}${digest.slice(4, 7)}`,
    digest.slice(7, 19),
  ].join('-');
}
