import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { visibleText } from '../../common/http/visible-text.js';

const name = visibleText(64).describe('Unique among your tags, whatever its case.');

export class CreateTagDto extends createZodDto(
  z.strictObject({ name }).meta({ examples: [{ name: 'Gratitude' }] }),
) {}

export class UpdateTagDto extends createZodDto(
  z.strictObject({ name: name.optional() }).meta({ examples: [{ name: 'Gratitude' }] }),
) {}

export class ListTagsQuery extends createZodDto(z.strictObject(pageQuery)) {}

const tagSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export class TagResponse extends createZodDto(tagSchema) {}
export class TagPage extends createZodDto(pageOf(tagSchema)) {}
