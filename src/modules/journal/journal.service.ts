import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import type { Position } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { localDateOf } from '../../common/time/local-days.js';
import { Turns } from '../../common/time/turns.js';
import { FieldEncryption } from '../field-encryption/field-encryption.js';
import type { UserCipher } from '../field-encryption/user-cipher.js';
import { TimeZones } from '../users/time-zones.service.js';
import { openEntry } from './entry-sealing.js';
import { searchedTexts } from './entry-texts.js';
import { type EntryFilter, type EntryOwner, isWithin } from './entry-filter.js';
import { filterOf } from './list-filter.js';
import type { ListEntriesQuery } from './journal.dto.js';
import { dateOfStored, type JournalEntry, type ReadEntry } from './journal-entry.js';
import { JournalEntriesRepository } from './journal-entries.mongo.repository.js';
import { canReadJournal } from './journal.policy.js';
import { SearchQuery } from './search-query.js';
import { type Streaks, streaksOf } from './streaks.js';

/** A page of a list that is filtered after it was read. */
export interface EntryPage {
  entries: JournalEntry[];
  /** Null: there are no more. */
  next: Position | null;
}

/** How many entries are decrypted for one page of a search, however few of them match. */
const MAX_EXAMINED = 1_000;
/** So much text is decrypted for one page, in characters: an entry may have 270,000. */
const MAX_CHARACTERS = 4_000_000;
/** So many entries are read at once. */
const BATCH = 64;

interface EntrySearch {
  owner: EntryOwner;
  cipher: UserCipher;
  /** Null: every entry is listed. */
  search: SearchQuery | null;
  filter: EntryFilter;
}

export const entryNotFound = () => new NotFound('There is no such entry.');

/** The entries that a person has written. Rejects with `StoreUnavailable` while MongoDB is away. */
@Injectable()
export class JournalService {
  constructor(
    private readonly entries: JournalEntriesRepository,
    private readonly encryption: FieldEncryption,
    private readonly zones: TimeZones,
    private readonly clock: Clock,
  ) {}

  /** Whether MongoDB answers. If not, a change that was committed just now arrives later. */
  get isReachable(): boolean {
    return this.entries.isReachable;
  }

  /** Throws `NotFound`, `Undecryptable`. */
  async get(actor: Principal, id: string): Promise<JournalEntry> {
    assertCan(canReadJournal(actor));
    const { orgId, userId } = actor;
    const stored = isId(id) ? await this.entries.find(orgId, userId, id) : null;
    const cipher = stored && (await this.encryption.ofReader(orgId, userId));
    if (!stored || !cipher) throw entryNotFound();
    return openEntry(cipher, stored);
  }

  /** Newest date first. Throws `SearchWithoutWords`, `Undecryptable`. */
  async list(actor: Principal, query: ListEntriesQuery, after: Position | null): Promise<EntryPage> {
    assertCan(canReadJournal(actor));
    const search = query.q === undefined ? null : new SearchQuery(query.q);
    const cipher = await this.encryption.ofReader(actor.orgId, actor.userId);
    if (!cipher) return { entries: [], next: null };
    const filter = filterOf(query, query.on_this_day === undefined ? '' : await this.today(actor));
    const { orgId, userId } = actor;
    const tokens = search?.terms.map((term) => cipher.token(term));
    return pageOfMatches({ owner: actor, cipher, search, filter }, query.limit, after, (limit, from) =>
      tokens
        ? this.entries.search(orgId, userId, tokens, filter, limit, from)
        : this.entries.list(orgId, userId, filter, limit, from),
    );
  }

  async streaks(actor: Principal): Promise<Streaks> {
    assertCan(canReadJournal(actor));
    const days = await this.entries.days(actor.orgId, actor.userId);
    return streaksOf(days.map(dateOfStored), await this.today(actor));
  }

  private async today({ orgId, userId }: Principal): Promise<string> {
    return localDateOf(this.clock.now(), await this.zones.of(orgId, userId));
  }
}

/** Reads until the page is full. It may end earlier, with a position from which to continue. */
async function pageOfMatches(
  { owner, cipher, search, filter }: EntrySearch,
  limit: number,
  after: Position | null,
  read: (limit: number, from: Position | null) => Promise<ReadEntry[]>,
): Promise<EntryPage> {
  const entries: JournalEntry[] = [];
  const turns = new Turns();
  const needsTheText = search?.needsTheText === true;
  // Where the index alone decides, one more than the page.
  const size = needsTheText ? BATCH : Math.min(BATCH, limit + 1);
  let from = after;
  let characters = 0;
  for (let examined = 0; examined < MAX_EXAMINED;) {
    const batch = await read(size, from);
    for (const stored of batch) {
      if (characters > MAX_CHARACTERS) return { entries, next: from };
      const entry = isWithin(owner, filter, stored) ? openEntry(cipher, stored) : null;
      await turns.pass();
      characters += entry ? lengthOf(entry) : 0;
      if (entry && (!needsTheText || (await search.matches(searchedTexts(entry), turns)))) {
        if (entries.length === limit) return { entries, next: from };
        entries.push(entry);
      }
      from = positionOf(stored);
    }
    if (batch.length < size) return { entries, next: null };
    examined += batch.length;
  }
  return { entries, next: from };
}

const lengthOf = (entry: JournalEntry): number =>
  searchedTexts(entry).reduce((sum, text) => sum + text.length, 0);

const positionOf = ({ entry_date: at, _id: id }: ReadEntry): Position => ({ at, id });
