import type mongoose from 'mongoose';

import type { DeclaredIndex } from './index-spec.js';
import { narrowedFilter } from './narrowed-filter.js';

type Collection<T extends { _id: string }> = mongoose.mongo.Collection<T>;
type Method = (...values: unknown[]) => unknown;
type Filter = Parameters<typeof narrowedFilter>[0];

/** The place of the filter among the parameters. Bulk writes name documents by their ids already. */
const FILTERED: Readonly<Record<string, number>> = {
  find: 0,
  findOne: 0,
  countDocuments: 0,
  distinct: 1,
  updateOne: 0,
  updateMany: 0,
  deleteOne: 0,
  deleteMany: 0,
  findOneAndUpdate: 0,
};

/** A collection of SecantusDB whose filters are narrowed by its indexes (`narrowedFilter`). */
export function narrowedCollection<T extends { _id: string }>(
  collection: Collection<T>,
  indexes: readonly DeclaredIndex[],
): Collection<T> {
  return new Proxy(collection, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const method = value as Method;
      const place = typeof name === 'string' ? FILTERED[name] : undefined;
      if (place !== undefined)
        return (...values: unknown[]) => method.apply(target, narrowed(values, place, indexes));
      if (name === 'aggregate')
        return (stages: readonly object[], ...others: unknown[]) =>
          method.call(
            target,
            stages.map((stage, at) => (at === 0 ? narrowedStage(stage, indexes) : stage)),
            ...others,
          );
      return method.bind(target);
    },
  });
}

function narrowed(values: unknown[], place: number, indexes: readonly DeclaredIndex[]): unknown[] {
  const filter = values[place];
  const isUpsert = values.some((value) => (value as { upsert?: boolean } | undefined)?.upsert === true);
  if (filter === undefined || isUpsert) return values;
  return values.with(place, narrowedFilter(filter as Filter, indexes));
}

const narrowedStage = (stage: object, indexes: readonly DeclaredIndex[]): object =>
  '$match' in stage ? { ...stage, $match: narrowedFilter(stage.$match as Filter, indexes) } : stage;
