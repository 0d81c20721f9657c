import { createPatch, type Operation } from 'rfc6902';

type Diff = NonNullable<Parameters<typeof createPatch>[2]>;

/**
 * The library compares each element of one array with each of the other. Above this limit the array is replaced as a
 * whole.
 */
const MAX_COMPARISONS = 40_000;

const replaceLongArrays: Diff = (input: unknown, output: unknown, pointer) => {
  const isLong =
    Array.isArray(input) && Array.isArray(output) && input.length * output.length > MAX_COMPARISONS;
  return isLong ? [{ op: 'replace', path: pointer.toString(), value: output }] : undefined;
};

/** The patch that turns one JSON value into another (RFC 6902), in a time that grows linearly with the values. */
export const patchBetween = (from: unknown, to: unknown): Operation[] =>
  createPatch(from, to, replaceLongArrays);
