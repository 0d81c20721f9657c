import type { Segment } from './segment.schema.js';
import type { SegmentResponse } from './segments.dto.js';

/** The segment in the form that clients receive. An allow-list, so that a new field cannot leak. */
export const toSegmentResponse = (segment: Segment): SegmentResponse => ({
  id: segment.number,
  name: segment.name,
  description: segment.description,
  constraints: segment.constraints as SegmentResponse['constraints'],
  created_at: segment.created_at.toISOString(),
  updated_at: segment.updated_at.toISOString(),
});
