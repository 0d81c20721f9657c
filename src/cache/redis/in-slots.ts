import { bySlot, isOneSlot } from './redis-keys.js';

/** Sends one command if all keys are in one slot, else one per slot. Commands of one tick leave in one packet. */
export async function inSlots<T>(
  keys: string[],
  command: (keys: string[]) => Promise<(T | null)[]>,
): Promise<(T | null)[]> {
  if (isOneSlot(keys)) return command(keys);
  const groups = bySlot(keys);
  const replies = await Promise.all(groups.map((group) => command(group.keys)));
  const result = new Array<T | null>(keys.length).fill(null);
  groups.forEach(({ places }, index) => {
    places.forEach((place, at) => (result[place] = replies[index]?.[at] ?? null));
  });
  return result;
}
