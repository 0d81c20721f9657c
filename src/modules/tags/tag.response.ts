import type { Tag } from './tag.js';
import type { TagResponse } from './tags.dto.js';

export const toTagResponse = (tag: Tag): TagResponse => ({
  id: tag.id,
  name: tag.name,
  created_at: tag.createdAt.toISOString(),
  updated_at: tag.updatedAt.toISOString(),
});
