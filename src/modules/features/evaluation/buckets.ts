import { murmurHash3 } from './murmur-hash.js';

const STRATEGY_SEED = 0;
const VARIANT_SEED = 86_028_157;

const bucket = (id: string, groupId: string, buckets: number, seed: number): number =>
  (murmurHash3(`${groupId}:${id}`, seed) % buckets) + 1;

/** 1 to 100: a rollout of n percent holds the buckets up to n, so raising it removes nobody. */
export const rolloutBucket = (id: string, groupId: string): number => bucket(id, groupId, 100, STRATEGY_SEED);

/** 1 to the sum of all weights. Its seed differs, so that the first percent is not all of one variant. */
export const variantBucket = (id: string, groupId: string, totalWeight: number): number =>
  bucket(id, groupId, totalWeight, VARIANT_SEED);
