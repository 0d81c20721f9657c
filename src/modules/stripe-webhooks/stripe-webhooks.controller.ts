import { Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { KeepsRawBody } from '../../common/http/body/body-types.js';
import { ForeignContract } from '../../common/http/foreign/foreign-contract.js';
import { STRIPE } from '../../common/http/foreign/stripe.js';
import { Public } from '../../common/http/public.decorator.js';
import { StripeEventDto, StripeReceipt } from './stripe-webhooks.dto.js';
import { StripeWebhooksService } from './stripe-webhooks.service.js';

@ApiTags('stripe-webhooks')
@Controller('webhooks/stripe')
export class StripeWebhooksController {
  constructor(private readonly webhooks: StripeWebhooksService) {}

  @Post()
  @Public()
  @ForeignContract(STRIPE)
  @KeepsRawBody()
  @HttpCode(200)
  @ApiOperation({ summary: 'Take an event of Stripe’s; its signature is the credential' })
  @ApiHeader({
    name: 'stripe-signature',
    required: true,
    description: 'As Stripe makes it, over the raw body.',
  })
  @ApiBody({ type: StripeEventDto })
  @ZodResponse({ status: 200, type: StripeReceipt })
  async receive(
    @Req() request: FastifyRequest,
    @Headers('stripe-signature') signature?: string,
  ): Promise<StripeReceipt> {
    const body = request.rawBody ?? Buffer.alloc(0);
    return { received: true, outcome: await this.webhooks.receive(body, signature) };
  }
}
