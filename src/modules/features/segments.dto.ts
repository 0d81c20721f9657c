import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { visibleText } from '../../common/http/visible-text.js';
import { constraint } from './flag.dto.js';

const segmentShape = {
  name: visibleText(200),
  description: z.string().max(2_000).nullable().default(null),
  constraints: z.array(constraint).max(200),
};

const EXAMPLE = {
  name: 'Staff',
  constraints: [{ contextName: 'email', operator: 'STR_ENDS_WITH', values: ['@example.com'] }],
};

export class SegmentDto extends createZodDto(z.strictObject(segmentShape).meta({ examples: [EXAMPLE] })) {}

export class ListSegmentsQuery extends createZodDto(z.strictObject(pageQuery)) {}

const segmentResponse = z.object({
  id: z.number().int().describe('A number, as the SDKs of Unleash need it.'),
  ...segmentShape,
  // An import may have created a segment with any name.
  name: z.string(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export class SegmentResponse extends createZodDto(segmentResponse) {}
export class SegmentPage extends createZodDto(pageOf(segmentResponse)) {}
