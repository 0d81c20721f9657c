import { Body, Controller, Get, Headers, Param, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { BodyBounds } from '../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { CONTENT_BOUNDS, ImportTemplateDto, TemplateFileResponse, TemplateResponse } from './template.dto.js';
import { toContent } from './template-input.js';
import { toTemplateFile, toTemplateResponse } from './template.response.js';
import { TemplatesService } from './templates.service.js';

@ApiTags('notification-templates')
@Controller('notification-templates/:key')
export class TemplateFilesController {
  constructor(private readonly templates: TemplatesService) {}

  @Get('export')
  @Cached({ resource: 'notification-templates', source: 'mongodb', idParam: 'key' })
  @ApiOperation({ summary: 'Export the draft of a notification template with all its locales' })
  @ZodResponse({ status: 200, type: TemplateFileResponse })
  async export(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
  ): Promise<TemplateFileResponse> {
    return toTemplateFile(await this.templates.get(actor, key));
  }

  @Put('import')
  @BodyBounds(CONTENT_BOUNDS)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Import an exported file as the draft of a notification template' })
  @ZodResponse({ status: 200, type: TemplateResponse })
  @ApiResponse({ status: 201, type: TemplateResponse.Output, description: 'There was none under this key.' })
  async import(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Body() { channel, ...content }: ImportTemplateDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<TemplateResponse> {
    const given = { channel, content: toContent(content) };
    const { template, isNew } = await this.templates.import(actor, key, given, ifMatch);
    if (isNew) void reply.status(201);
    return toTemplateResponse(template);
  }
}
