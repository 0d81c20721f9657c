import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeIdCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { toPromptResponse } from './prompt.response.js';
import {
  CreatePromptDto,
  ListPromptsQuery,
  PromptPage,
  PromptResponse,
  UpdatePromptDto,
} from './prompts.dto.js';
import { PromptsService } from './prompts.service.js';

const FOR_ADMINS = { because: 'read by platform admins alone', source: 'postgres' } as const;

@ApiTags('prompts')
@Controller('prompts')
export class PromptsController {
  constructor(private readonly prompts: PromptsService) {}

  @Post()
  @ApiOperation({ summary: 'Add a prompt to the library (platform admins)' })
  @ZodResponse({ status: 201, type: PromptResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreatePromptDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PromptResponse> {
    const prompt = await this.prompts.create(actor, body);
    void reply.header('location', `/api/v1/prompts/${prompt.id}`);
    return toPromptResponse(prompt);
  }

  @Get()
  @NoCache(FOR_ADMINS)
  @ApiOperation({ summary: 'List the library of prompts, newest first (platform admins)' })
  @ZodResponse({ status: 200, type: PromptPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListPromptsQuery): Promise<PromptPage> {
    const { limit, cursor, category, is_active: isActive } = query;
    const found = await this.prompts.list(actor, { category, isActive }, limit, decodeIdCursor(cursor));
    return toPage(found, limit, toPromptResponse, ({ id }) => [id]);
  }

  @Get(':id')
  @NoCache(FOR_ADMINS)
  @ApiOperation({ summary: 'Read a prompt of the library (platform admins)' })
  @ZodResponse({ status: 200, type: PromptResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<PromptResponse> {
    return toPromptResponse(await this.prompts.get(actor, id));
  }

  @Patch(':id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Change a prompt of the library; sets of days that have begun stay as they are' })
  @ZodResponse({ status: 200, type: PromptResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: UpdatePromptDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<PromptResponse> {
    return toPromptResponse(await this.prompts.update(actor, id, body, ifMatch));
  }

  @Delete(':id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete a prompt from the library (platform admins)' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.prompts.delete(actor, id, ifMatch);
  }
}
