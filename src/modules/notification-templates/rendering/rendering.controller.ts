import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { accepted } from '../../../common/http/accept.js';
import { BodyBounds } from '../../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../../common/http/current-principal.js';
import type { Principal } from '../../../common/http/principal.js';
import { IgnoresIdempotencyKey } from '../../idempotency/ignores-idempotency-key.decorator.js';
import { canonicalLocale } from '../message/locale-lookup.js';
import { PREVIEW_HEADERS, previewPage } from './preview-page.js';
import { PreviewTemplateDto, RenderedTemplateResponse, RenderTemplateDto } from './rendering.dto.js';
import { RenderingService } from './rendering.service.js';

const canonical = (tag: string): string => canonicalLocale(tag) ?? tag;

@ApiTags('notification-templates')
@Controller('notification-templates/:key')
export class RenderingController {
  constructor(private readonly rendering: RenderingService) {}

  @Post('render')
  @IgnoresIdempotencyKey()
  @HttpCode(200)
  @BodyBounds({ bytes: 262_144, members: 5_000 })
  @ApiOperation({ summary: 'Render a message in one language' })
  @ZodResponse({ status: 200, type: RenderedTemplateResponse })
  async render(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Body() { locale, variables, time_zone: timeZone, strict: isStrict, version }: RenderTemplateDto,
  ): Promise<RenderedTemplateResponse> {
    const request = { locale: canonical(locale), variables, timeZone, isStrict };
    return this.rendering.render(actor, key, version ?? null, request);
  }

  @Post('preview')
  @IgnoresIdempotencyKey()
  @HttpCode(200)
  @ApiOperation({ summary: 'Render a message with the sample values of its template, as JSON or as a page' })
  @ApiProduces('application/json', 'text/html')
  @ApiExtraModels(RenderedTemplateResponse.Output)
  @ApiResponse({
    status: 200,
    description: 'By `Accept`.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(RenderedTemplateResponse.Output) } },
      'text/html': { schema: { type: 'string' }, example: '<!doctype html>…' },
    },
  })
  async preview(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Body() { locale, time_zone: timeZone, strict: isStrict, version }: PreviewTemplateDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RenderedTemplateResponse | string> {
    const asked = locale === undefined ? undefined : canonical(locale);
    const rendered = await this.rendering.preview(actor, key, version, { locale: asked, timeZone, isStrict });
    if (accepted(request.headers.accept, ['application/json', 'text/html']) !== 'text/html')
      return { fields: rendered.fields, version: rendered.version };
    void reply.headers(PREVIEW_HEADERS);
    return previewPage(key, rendered);
  }
}
