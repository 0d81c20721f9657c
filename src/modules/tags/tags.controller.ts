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

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeIdCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { toTagResponse } from './tag.response.js';
import { CreateTagDto, ListTagsQuery, TagPage, TagResponse, UpdateTagDto } from './tags.dto.js';
import { TagsService } from './tags.service.js';

@ApiTags('tags')
@Controller('tags')
export class TagsController {
  constructor(private readonly tags: TagsService) {}

  @Post()
  @ApiOperation({ summary: 'Add a tag of your own' })
  @ZodResponse({ status: 201, type: TagResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateTagDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TagResponse> {
    const tag = await this.tags.create(actor, body);
    void reply.header('location', `/api/v1/tags/${tag.id}`);
    return toTagResponse(tag);
  }

  @Get()
  @Cached({ resource: 'tags', source: 'postgres' })
  @ApiOperation({ summary: 'List your tags, newest first' })
  @ZodResponse({ status: 200, type: TagPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListTagsQuery): Promise<TagPage> {
    const { limit, cursor } = query;
    const found = await this.tags.list(actor, limit, decodeIdCursor(cursor));
    return toPage(found, limit, toTagResponse, ({ id }) => [id]);
  }

  @Get(':id')
  @Cached({ resource: 'tags', source: 'postgres' })
  @ApiOperation({ summary: 'Read a tag of yours' })
  @ZodResponse({ status: 200, type: TagResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<TagResponse> {
    return toTagResponse(await this.tags.get(actor, id));
  }

  @Patch(':id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Rename a tag' })
  @ZodResponse({ status: 200, type: TagResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: UpdateTagDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<TagResponse> {
    return toTagResponse(await this.tags.update(actor, id, body, ifMatch));
  }

  @Delete(':id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete a tag; the entries that have it lose it' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.tags.delete(actor, id, ifMatch);
  }
}
