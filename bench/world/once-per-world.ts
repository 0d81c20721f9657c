import type { World } from './world.js';

/** Does the work at the first call for a world; further calls get the same result. */
export function oncePerWorld<T>(work: (world: World) => Promise<T>): (world: World) => Promise<T> {
  const done = new WeakMap<World, Promise<T>>();
  return (world) => {
    const result = done.get(world) ?? work(world);
    done.set(world, result);
    return result;
  };
}
