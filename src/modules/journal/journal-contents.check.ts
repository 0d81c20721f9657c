import { Injectable } from '@nestjs/common';

import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { FieldEncryption } from '../field-encryption/field-encryption.js';
import { DataKeyUnreadable, Undecryptable } from '../field-encryption/field-encryption.errors.js';
import { openTexts, tokensOf } from './entry-sealing.js';
import { JournalAudit } from './journal-audit.mongo.repository.js';
import { JOURNAL_COLLECTION, type StoredEntry } from './journal-entry.js';
import { journalTags } from './journal.events.js';

const UNREADABLE = 'it cannot be decrypted where it stands';
const TOKENS = 'tokens, which are not those of its words';

/**
 * Checks that every entry can be decrypted in its place, and that its blind index matches its words. Decrypts in
 * memory only.
 */
@Injectable()
export class JournalContentsCheck implements Check {
  readonly name = 'journal-contents';

  constructor(
    private readonly audit: JournalAudit,
    private readonly encryption: FieldEncryption,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    const fields = ['title', 'content', 'photos', 'voice_notes', 'prompt_responses', 'tokens'] as const;
    for await (const batch of this.audit.batches(...fields)) {
      const differences: Difference[] = [];
      for (const entry of batch)
        if (entry.deleted_at === null && (await this.faultOf(entry))) {
          // It may have been changed, or removed with its account, since it was read.
          const now = await this.audit.find(entry._id);
          const fault = now?.deleted_at === null && (await this.faultOf(now));
          if (fault) differences.push(differenceOf(entry, fault));
        }
      yield { compared: batch.length, differences };
    }
  }

  /** An entry that cannot be decrypted has to be restored from a backup. */
  async repair({ id }: Difference): Promise<string | null> {
    const entry = await this.audit.find(String(id));
    if (!entry) return 'found it gone already';
    const tokens = await this.tokensOf(entry);
    if (!tokens) return null;
    await this.audit.setTokens(entry, tokens);
    return 'made its tokens of its words';
  }

  private async faultOf(entry: Opened): Promise<string | null> {
    const tokens = await this.tokensOf(entry);
    if (!tokens) return UNREADABLE;
    const isRight =
      tokens.length === entry.tokens.length && tokens.every((token, at) => token === entry.tokens[at]);
    return isRight ? null : TOKENS;
  }

  /** Null if the entry cannot be decrypted. */
  private async tokensOf(entry: Opened): Promise<string[] | null> {
    try {
      const cipher = await this.encryption.ofReader(entry.organization_id, entry.user_id);
      return cipher && (await tokensOf(cipher, openTexts(cipher, entry)));
    } catch (error) {
      if (isUnreadable(error)) return null;
      throw error;
    }
  }
}

type Opened = Omit<
  StoredEntry,
  | 'entry_type'
  | 'entry_date'
  | 'month_day'
  | 'tag_ids'
  | 'is_favorite'
  | 'mood_id'
  | 'words'
  | 'version'
  | 'created_at'
  | 'updated_at'
  | 'recorded_at'
>;

/** `TypeError`: a part of the document has the wrong type. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof Undecryptable || error instanceof DataKeyUnreadable || error instanceof TypeError;

const differenceOf = ({ _id, organization_id: orgId }: Opened, detail: string): Difference => ({
  kind: 'different',
  record: `${JOURNAL_COLLECTION}/${_id}`,
  id: _id,
  detail,
  tags: journalTags(orgId, _id),
});
