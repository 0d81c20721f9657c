import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { AGREEMENT_EXAMPLE, agreementMember } from './agreement.dto.js';

/** `GET admin/overview` */
export class OverviewResponse extends createZodDto(
  z.object({ agreement: agreementMember }).meta({ examples: [{ agreement: AGREEMENT_EXAMPLE }] }),
) {}
