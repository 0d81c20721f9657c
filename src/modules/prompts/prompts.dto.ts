import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { queryBoolean } from '../../common/http/query-boolean.js';
import { visibleText } from '../../common/http/visible-text.js';

const text = visibleText(1_000);
const category = visibleText(64).nullable();
const isActive = z.boolean().describe('Whether it may come into the set of a day.');

const PROMPT = { text: 'What made you smile today?', category: 'gratitude', is_active: true } as const;

export class CreatePromptDto extends createZodDto(
  z
    .strictObject({ text, category: category.default(null), is_active: isActive.default(true) })
    .meta({ examples: [PROMPT] }),
) {}

export class UpdatePromptDto extends createZodDto(
  z
    .strictObject({
      text: text.optional(),
      category: category.optional(),
      is_active: isActive.optional(),
    })
    .meta({ examples: [{ is_active: false }] }),
) {}

export class ListPromptsQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    category: z.string().min(1).max(64).optional().describe('Exactly this category.'),
    is_active: queryBoolean.optional().describe('Only these.'),
  }),
) {}

const promptSchema = z.object({
  id: z.uuid(),
  text: z.string(),
  category: z.string().nullable(),
  is_active: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export class PromptResponse extends createZodDto(promptSchema) {}
export class PromptPage extends createZodDto(pageOf(promptSchema)) {}
