import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { visibleText } from '../../common/http/visible-text.js';

export class CreateMoodCategoryDto extends createZodDto(
  z
    .strictObject({
      name: visibleText(64).describe('Unique among your categories, whatever its case.'),
    })
    .meta({ examples: [{ name: 'Calm' }] }),
) {}

export class ListMoodCategoriesQuery extends createZodDto(z.strictObject(pageQuery)) {}

const categorySchema = z.object({ id: z.uuid(), name: z.string(), created_at: z.iso.datetime() });

export class MoodCategoryResponse extends createZodDto(categorySchema) {}
export class MoodCategoryPage extends createZodDto(pageOf(categorySchema)) {}
