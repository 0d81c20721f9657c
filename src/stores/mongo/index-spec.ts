/** Field → direction, in order. */
export type IndexKeys = Readonly<Record<string, unknown>>;

/** The options of an index that change its meaning. */
export interface IndexMeaning {
  unique?: boolean;
  sparse?: boolean;
  partialFilterExpression?: Record<string, unknown>;
  collation?: { locale: string };
  expireAfterSeconds?: number;
}

/** One index as a Mongoose schema declares it (`schema.indexes()`). */
export type DeclaredIndex = readonly [IndexKeys, object];

/** A collection that the application uses. A Mongoose schema provides half of it. */
export interface DeclaredCollection {
  name: string;
  schema: { indexes(): readonly DeclaredIndex[] };
}

/** Removes options without a meaning: `sparse: false`, Mongoose's `background`, the version and the name. */
export function meaningOf(options: IndexMeaning): IndexMeaning {
  const { unique, sparse, partialFilterExpression, collation, expireAfterSeconds } = options;
  return {
    ...(unique && { unique }),
    ...(sparse && { sparse }),
    ...(partialFilterExpression && { partialFilterExpression }),
    ...(collation && { collation }),
    ...(expireAfterSeconds !== undefined && { expireAfterSeconds }),
  };
}

const text = (value: object): string => JSON.stringify(value);

export const haveEqualKeys = (one: IndexKeys, other: IndexKeys): boolean => text(one) === text(other);

/** A collation is not compared field by field, because the server adds a dozen fields to those that were requested. */
export function meanTheSame(declared: IndexMeaning, existing: IndexMeaning): boolean {
  const comparable = (options: IndexMeaning) => {
    const { collation, ...rest } = meaningOf(options);
    return text({ ...rest, collated: collation !== undefined });
  };
  return comparable(declared) === comparable(existing);
}

/** For people: `organization_id, occurred_at -1 (unique)`. */
export function describeIndex(keys: IndexKeys, options: IndexMeaning = {}): string {
  const fields = Object.entries(keys).map(([field, kind]) =>
    kind === 1 ? field : `${field} ${String(kind)}`,
  );
  const notes = Object.entries(meaningOf(options)).map(([name, value]) =>
    value === true ? name : `${name} ${text(value as object)}`,
  );
  return `${fields.join(', ')}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}
