import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeIdCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import {
  CreateMoodCategoryDto,
  ListMoodCategoriesQuery,
  MoodCategoryPage,
  MoodCategoryResponse,
} from './mood-categories.dto.js';
import { MoodCategoriesService } from './mood-categories.service.js';
import { toMoodCategoryResponse } from './mood-category.response.js';

@ApiTags('moods')
@Controller('mood-categories')
export class MoodCategoriesController {
  constructor(private readonly categories: MoodCategoriesService) {}

  @Post()
  @ApiOperation({ summary: 'Add a mood category of your own' })
  @ZodResponse({ status: 201, type: MoodCategoryResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateMoodCategoryDto,
  ): Promise<MoodCategoryResponse> {
    return toMoodCategoryResponse(await this.categories.create(actor, body));
  }

  @Get()
  @Cached({ resource: 'mood-categories', source: 'postgres' })
  @ApiOperation({ summary: 'List your mood categories, newest first' })
  @ZodResponse({ status: 200, type: MoodCategoryPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() { limit, cursor }: ListMoodCategoriesQuery,
  ): Promise<MoodCategoryPage> {
    const found = await this.categories.list(actor, limit, decodeIdCursor(cursor));
    return toPage(found, limit, toMoodCategoryResponse, ({ id }) => [id]);
  }
}
