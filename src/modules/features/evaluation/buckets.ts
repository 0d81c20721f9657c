import { murmurHash3 } from './murmur-hash.js';

const STRATEGY_SEED = 0;
const VARIANT_SEED = 86_028_157;

const bucket = (id: string, groupId: string, buckets: number, seed: number): number =>
  (murmurHash3(`${groupId}:${id}`, seed) % buckets) + 1;

/** 1 to 100. A rollout of n percent contains the buckets up to n, so raising it removes no person. */
export const rolloutBucket = (id: string, groupId: string): number => bucket(id, groupId, 100, STRATEGY_SEED);

/**
 * 1 to the sum of all weights. It uses another seed, so that the first percent of a rollout does not get one variant
 * only.
 */
export const variantBucket = (id: string, groupId: string, totalWeight: number): number =>
  bucket(id, groupId, totalWeight, VARIANT_SEED);
