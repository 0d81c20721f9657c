import { Reflector } from '@nestjs/core';

/** What a route accepts of a body. Checked on the bytes, before anything is parsed. */
export interface BodyBounds {
  /** Of the body as it is parsed, so after a `Content-Encoding` is undone. */
  bytes: number;
  /** How deep arrays and objects may be nested; the outermost is the first level. */
  depth: number;
  /** All members of all objects and arrays together. */
  members: number;
}

export const DEFAULT_BODY_BOUNDS: BodyBounds = { bytes: 1_048_576, depth: 32, members: 20_000 };

/**
 * Bounds of one route, where it needs others than `DEFAULT_BODY_BOUNDS`: `@BodyBounds({ depth: 90, members: Infinity })`.
 * What is left out keeps its default. Without a bound on members the bytes alone bound them: two bytes for each.
 */
export const BodyBounds = Reflector.createDecorator<Partial<BodyBounds>>();

export const boundsFrom = (declared: Partial<BodyBounds> | undefined): BodyBounds => ({
  ...DEFAULT_BODY_BOUNDS,
  ...declared,
});
