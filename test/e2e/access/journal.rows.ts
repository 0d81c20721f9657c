import { FieldEncryption } from '../../../src/modules/field-encryption/field-encryption.js';
import { dateAsStored } from '../../../src/modules/journal/journal-entry.js';
import { sealEntry } from '../../../src/modules/journal/entry-sealing.js';
import { EntryPlaces } from '../../../src/modules/journal/entry-places.service.js';
import { newId } from '../../../src/common/ids/ids.js';
import { aPrincipal } from '../../factories/principal.js';
import type { AccessRow, AccessRows } from './access-row.js';

const ENTRIES = '/api/v1/journal/entries';
const ONE = `${ENTRIES}/{id}`;

/** Of the caller, or of the owner where a stranger asks: entries are private. */
const anEntry: NonNullable<AccessRow['ids']> = async ({ app, owner }, asking) => {
  const userId = asking.isForeign ? owner.userId : asking.userId;
  const actor = aPrincipal({ orgId: owner.orgId, userId });
  const at = new Date(dateAsStored('2026-11-21'));
  const cipher = await app.get(FieldEncryption).forUser(actor.orgId, actor.userId);
  const entry = await sealEntry(cipher, actor, {
    ...{ id: newId(), title: 'A day', content: '', photos: [], voice_notes: [], prompt_responses: [] },
    ...{ entry_type: 'text', entry_date: '2026-11-21', tag_ids: [], is_favorite: false, mood_id: null },
    ...{ created_at: at, updated_at: at },
  });
  await app.get(EntryPlaces).take(actor, entry);
  return entry._id;
};

const read = { role: 'viewer', key: 'journal:read', isNamedScope: true } as const;
const write = { role: 'member', key: 'journal:write', isNamedScope: true } as const;

export const rows: AccessRows = {
  [`GET ${ENTRIES}`]: read,
  [`POST ${ENTRIES}`]: { ...write, body: () => ({ title: 'A day' }) },
  [`GET ${ONE}`]: { ...read, ids: anEntry },
  [`PATCH ${ONE}`]: { ...write, ids: anEntry, body: () => ({ title: 'Another day' }) },
  [`DELETE ${ONE}`]: { ...write, ids: anEntry },
  'GET /api/v1/journal/streaks': read,
};
