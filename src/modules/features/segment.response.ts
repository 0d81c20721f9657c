import type { Segment } from './segment.schema.js';
import type { SegmentResponse } from './segments.dto.js';

/** What a client sees of a segment: an allow-list, so that a new field cannot leak. */
export const toSegmentResponse = (segment: Segment): SegmentResponse => ({
  id: segment.number,
  name: segment.name,
  description: segment.description,
  constraints: segment.constraints as SegmentResponse['constraints'],
  created_at: segment.created_at.toISOString(),
  updated_at: segment.updated_at.toISOString(),
});
