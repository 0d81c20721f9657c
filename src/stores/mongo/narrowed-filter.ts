import type { DeclaredIndex, IndexMeaning } from './index-spec.js';

type Filter = Readonly<Record<string, unknown>>;

/**
 * The same filter in the form for which SecantusDB uses an index. It uses one only for conditions that the index covers
 * wholly; otherwise it reads all that the first field selects, which is the organisation. It looks at the parts of an
 * `$and` one by one if they have a condition in common, so the first part holds what the best index covers.
 */
export function narrowedFilter(filter: Filter, indexes: readonly DeclaredIndex[]): Filter {
  const { _id, ...rest } = filter;
  if (typeof _id === 'string' || isList(_id)) return { _id, ...rest };
  const covered = longest(indexes.map((index) => coveredBy(index, filter)));
  const [first] = covered;
  if (first === undefined || covered.length < 2 || covered.length === Object.keys(filter).length)
    return filter;
  const others = Object.keys(filter).filter((field) => !covered.includes(field));
  return { $and: [pick(filter, covered), pick(filter, [first, ...others])] };
}

/** The fields of the filter that the index covers: equal values, then at most one list or range. */
function coveredBy([keys, options]: DeclaredIndex, filter: Filter): string[] {
  const { sparse, partialFilterExpression }: IndexMeaning = options;
  if (sparse || partialFilterExpression) return [];
  const covered: string[] = [];
  for (const field of Object.keys(keys)) {
    const condition = filter[field];
    if (isEqual(condition)) covered.push(field);
    else if (covered.length > 0 && (isList(condition) || isRange(condition))) return [...covered, field];
    else break;
  }
  return covered;
}

const longest = (lists: readonly string[][]): string[] =>
  lists.reduce((best, list) => (list.length > best.length ? list : best), []);

const pick = (filter: Filter, fields: readonly string[]): Filter =>
  Object.fromEntries(fields.map((field) => [field, filter[field]]));

const isEqual = (condition: unknown): boolean =>
  ['string', 'number', 'boolean'].includes(typeof condition) || condition instanceof Date;

const isList = (condition: unknown): boolean => hasOnly(condition, ['$in']);

const isRange = (condition: unknown): boolean => hasOnly(condition, ['$gt', '$gte', '$lt', '$lte']);

function hasOnly(condition: unknown, operators: readonly string[]): boolean {
  if (typeof condition !== 'object' || condition === null || condition instanceof Date) return false;
  const used = Object.keys(condition);
  return used.length > 0 && used.every((operator) => operators.includes(operator));
}
