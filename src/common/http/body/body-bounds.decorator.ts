import { Reflector } from '@nestjs/core';

/** The limits of a body. Checked on the bytes, before anything is parsed. */
export interface BodyBounds {
  /** The size of the body after its `Content-Encoding` is undone. */
  bytes: number;
  /** How deep arrays and objects may be nested. The outermost is the first level. */
  depth: number;
  /** The number of members of all objects and arrays together. */
  members: number;
}

export const DEFAULT_BODY_BOUNDS: BodyBounds = { bytes: 1_048_576, depth: 32, members: 20_000 };

/**
 * Limits of one route that differ from `DEFAULT_BODY_BOUNDS`: `@BodyBounds({ depth: 90, members: Infinity })`. An
 * omitted limit keeps its default. Without a limit on members, only the bytes limit them: two bytes for each.
 */
export const BodyBounds = Reflector.createDecorator<Partial<BodyBounds>>();

export const boundsFrom = (declared: Partial<BodyBounds> | undefined): BodyBounds => ({
  ...DEFAULT_BODY_BOUNDS,
  ...declared,
});
