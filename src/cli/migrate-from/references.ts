import type { MovedKindName, MovedRecord, SourceRow } from './moved-record.js';
import type { MoveTarget } from './move-target.js';

/** Looks up what rows name of other rows: `owner` their account, which has to be a member still. */
export class References {
  private constructor(
    private readonly accounts: ReadonlyMap<string, MovedRecord>,
    private readonly present: ReadonlySet<string>,
    private readonly others: ReadonlyMap<MovedKindName, ReadonlyMap<string, MovedRecord>>,
  ) {}

  /** `named`: the fields that name rows of other tables. */
  static async of(
    { known, accounts }: MoveTarget,
    rows: readonly SourceRow[],
    named: Readonly<Partial<Record<MovedKindName, string>>> = {},
  ): Promise<References> {
    const owners = await known.find('users', idsOf(rows, 'user_id'));
    const ids = [...owners.values()].map(({ id }) => id);
    const present = new Set([...(await accounts.present(ids)), ...ids.filter((id) => known.isPretended(id))]);
    const others = new Map<MovedKindName, ReadonlyMap<string, MovedRecord>>();
    for (const [kind, field] of Object.entries(named) as [MovedKindName, string][])
      others.set(kind, await known.find(kind, idsOf(rows, field)));
    return new References(owners, present, others);
  }

  /** The account of a row, or why there is none. */
  owner(sourceId: string): { id: string } | { reason: string } {
    const account = this.accounts.get(sourceId);
    if (!account) return { reason: 'user_id: its account is not moved' };
    if (!this.present.has(account.id)) return { reason: 'user_id: its account was deleted here' };
    return { id: account.id };
  }

  /** The id of a record of this account here; null where there is none. */
  of(kind: MovedKindName, userId: string, sourceId: string): string | null {
    const record = this.others.get(kind)?.get(sourceId);
    return record?.userId === userId ? record.id : null;
  }

  /** All that rows name of a table, here. */
  idsOf(kind: MovedKindName): string[] {
    return [...(this.others.get(kind)?.values() ?? [])].map(({ id }) => id);
  }
}

/** Of a field that holds one id, or several. */
const idsOf = (rows: readonly SourceRow[], field: string): string[] =>
  rows.flatMap(({ fields }) => fields[field]).filter((value): value is string => typeof value === 'string');
