import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { BodyBounds } from '../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { ForeignContract } from '../../common/http/foreign/foreign-contract.js';
import { SEGMENT } from '../../common/http/foreign/segment.js';
import type { Principal } from '../../common/http/principal.js';
import { Unprefixed } from '../../common/http/route-prefix.js';
import { SegmentAnswer, SegmentBatchDto, SegmentCallDto } from './segment.dto.js';
import { SegmentService } from './segment.service.js';

const BATCH_MEMBERS = 100_000;
const TAKEN = { success: true } as const;

/** Segment's tracking API. The calls of its SDKs become events. */
@ForeignContract(SEGMENT)
@Unprefixed()
@ApiTags('analytics')
@Controller('v1')
export class SegmentController {
  constructor(private readonly segment: SegmentService) {}

  @Post(['batch', 'import'])
  @HttpCode(200)
  @BodyBounds({ members: BATCH_MEMBERS })
  @ApiOperation({ summary: 'Segment: a batch of calls; those that are not valid are counted and left out' })
  @ZodResponse({ status: 200, type: SegmentAnswer })
  async batch(
    @CurrentPrincipal() actor: Principal,
    @Body() { batch, sentAt }: SegmentBatchDto,
  ): Promise<SegmentAnswer> {
    await this.segment.acceptBatch(actor, batch, sentAt);
    return TAKEN;
  }

  @Post('track')
  @HttpCode(200)
  @ApiOperation({ summary: 'Segment: something that a user did' })
  @ZodResponse({ status: 200, type: SegmentAnswer })
  track(@CurrentPrincipal() actor: Principal, @Body() call: SegmentCallDto): Promise<SegmentAnswer> {
    return this.take(actor, 'track', call);
  }

  @Post('identify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Segment: who a user is' })
  @ZodResponse({ status: 200, type: SegmentAnswer })
  identify(@CurrentPrincipal() actor: Principal, @Body() call: SegmentCallDto): Promise<SegmentAnswer> {
    return this.take(actor, 'identify', call);
  }

  @Post('page')
  @HttpCode(200)
  @ApiOperation({ summary: 'Segment: a page that was seen' })
  @ZodResponse({ status: 200, type: SegmentAnswer })
  page(@CurrentPrincipal() actor: Principal, @Body() call: SegmentCallDto): Promise<SegmentAnswer> {
    return this.take(actor, 'page', call);
  }

  @Post('screen')
  @HttpCode(200)
  @ApiOperation({ summary: 'Segment: a screen that was seen' })
  @ZodResponse({ status: 200, type: SegmentAnswer })
  screen(@CurrentPrincipal() actor: Principal, @Body() call: SegmentCallDto): Promise<SegmentAnswer> {
    return this.take(actor, 'screen', call);
  }

  @Post('group')
  @HttpCode(200)
  @ApiOperation({ summary: 'Segment: the group of a user' })
  @ZodResponse({ status: 200, type: SegmentAnswer })
  group(@CurrentPrincipal() actor: Principal, @Body() call: SegmentCallDto): Promise<SegmentAnswer> {
    return this.take(actor, 'group', call);
  }

  @Post('alias')
  @HttpCode(200)
  @ApiOperation({ summary: 'Segment: a further id of a user' })
  @ZodResponse({ status: 200, type: SegmentAnswer })
  alias(@CurrentPrincipal() actor: Principal, @Body() call: SegmentCallDto): Promise<SegmentAnswer> {
    return this.take(actor, 'alias', call);
  }

  private async take(actor: Principal, type: string, call: SegmentCallDto): Promise<SegmentAnswer> {
    await this.segment.accept(actor, type, call);
    return TAKEN;
  }
}
