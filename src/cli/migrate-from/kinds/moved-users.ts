import { z } from 'zod';

import { givenTimeZone } from '../../../common/http/time-zone.js';
import { foldCase } from '../../../common/text/fold-case.js';
import { CreateUserDto } from '../../../modules/users/users.dto.js';
import type { MovedAccount, TakenNames } from '../accounts.pg.repository.js';
import { derivedId } from '../derived-id.js';
import { accountMoved } from '../move.events.js';
import type { MoveTarget } from '../move-target.js';
import {
  type MovedKind,
  type Prepared,
  type PreparedRows,
  read,
  sorted,
  sourceMoment,
  type Standing,
} from '../moved-kind.js';
import type { MovedRecord, SourceRow } from '../moved-record.js';

const sourceUser = z.object({
  email: z.string(),
  username: z.string(),
  password_hash: z.string().nullish(),
  time_zone: givenTimeZone.nullish(),
  created_at: sourceMoment,
});

/**
 * Accounts with the hashes of their passwords. An account whose address or name is taken here is refused, because the account
 * that has the address here may be another person's, who would receive the records of the source.
 */
export class MovedUsers implements MovedKind<MovedAccount> {
  readonly name = 'users';
  /** By which row of this source each name was taken first. */
  private readonly claims = new Map<string, string>();

  constructor(private readonly target: MoveTarget) {}

  async prepare(
    rows: readonly SourceRow[],
    known: ReadonlyMap<string, MovedRecord>,
  ): Promise<PreparedRows<MovedAccount>> {
    const { ready, refused } = sorted(rows, (row) => this.accountOf(row, known.get(row.id)));
    const taken = await this.target.accounts.taken(ready.map(({ record }) => record));
    const free = ready.filter((account) => {
      const reason = this.conflictOf(account, taken);
      if (reason !== null) refused.push({ id: account.sourceId, reason });
      return reason === null;
    });
    return { ready: free, refused };
  }

  async write(records: readonly Prepared<MovedAccount>[]): Promise<void> {
    const { postgres, accounts, outbox, orgId } = this.target;
    await postgres.transaction(async (tx) => {
      const moved = records.map(({ record }) => record);
      const inserted = await accounts.insert(tx, moved);
      await this.target.records.add(tx, this.name, records);
      const events = moved
        .filter(({ id }) => inserted.has(id))
        .map((account) => accountMoved(orgId, account));
      await outbox.add(tx, ...events);
    });
  }

  contentOf = ({ record }: Prepared<MovedAccount>) => contentOf(record);

  async contents(records: readonly MovedRecord[]): Promise<ReadonlyMap<string, Standing>> {
    const found = await this.target.accounts.find(records.map(({ id }) => id));
    const standing = new Map<string, Standing>(
      found.map((account) => [account.id, { content: contentOf(account), isChanged: account.isChanged }]),
    );
    for (const { id } of records) if (!standing.has(id)) standing.set(id, { content: null, isChanged: true });
    return standing;
  }

  private accountOf({ id: sourceId, fields }: SourceRow, known: MovedRecord | undefined) {
    const row = read(sourceUser, fields);
    if ('reason' in row) return row;
    const { email, username, password_hash: hash, time_zone: timeZone, created_at: createdAt } = row.value;
    const valid = read(CreateUserDto.schema, {
      email,
      username,
      ...(hash != null && { password_hash: hash }),
    });
    if ('reason' in valid) return valid;
    const { orgId, source } = this.target;
    const id = known?.id ?? derivedId({ orgId, source, kind: this.name, sourceId }, createdAt);
    const record = {
      id,
      email,
      username,
      passwordHash: hash ?? null,
      timeZone: timeZone ?? 'UTC',
      createdAt,
    };
    return { ready: { sourceId, id, userId: id, record } };
  }

  private conflictOf(
    { sourceId, record: { id, email, username } }: Prepared<MovedAccount>,
    taken: TakenNames,
  ): string | null {
    const isTaken = (names: ReadonlyMap<string, string>, name: string) => {
      const holder = names.get(foldCase(name));
      return holder !== undefined && holder !== id;
    };
    if (isTaken(taken.emails, email)) return 'email: an account here has this address';
    if (isTaken(taken.usernames, username)) return 'username: an account here has this name';
    const keys = [`email/${foldCase(email)}`, `username/${foldCase(username)}`];
    const others = keys.filter((key) => (this.claims.get(key) ?? sourceId) !== sourceId);
    if (others.length > 0)
      return `${others[0]?.split('/')[0] ?? ''}: another user of the source has the same`;
    for (const key of keys) this.claims.set(key, sourceId);
    return null;
  }
}

const contentOf = ({ email, username, passwordHash, timeZone }: MovedAccount) => ({
  ...{ email, username, password_hash: passwordHash, time_zone: timeZone },
});
