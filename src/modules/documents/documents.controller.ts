import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { BodyBounds } from '../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Json } from '../../common/http/merge-patch.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { MAX_DATA_DEPTH } from './document-data.js';
import { toDocumentResponse, toDocumentSummary } from './document.response.js';
import {
  DocumentPage,
  DocumentPath,
  DocumentResponse,
  ListDocumentsQuery,
  PutDocumentDto,
} from './documents.dto.js';
import { DocumentsService } from './documents.service.js';

/** The number of members is limited only by the bytes of the body. */
const BOUNDS = { depth: MAX_DATA_DEPTH + 1, members: Infinity };

@ApiTags('documents')
@Controller('documents')
export class DocumentsController {
  constructor(private readonly documents: DocumentsService) {}

  @Get()
  @Cached({ resource: 'documents', source: 'mongodb' })
  @ApiOperation({ summary: 'List documents in the order of their keys, without their data' })
  @ZodResponse({ status: 200, type: DocumentPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() query: ListDocumentsQuery,
  ): Promise<DocumentPage> {
    const { limit, cursor, prefix } = query;
    const after = cursor === undefined ? null : decodeCursor(cursor, ['text'])[0];
    return toPage(
      await this.documents.list(actor, prefix, limit, after),
      limit,
      toDocumentSummary,
      ({ key }) => [key],
    );
  }

  @Put(':key')
  @AcceptsIfMatch()
  @ApiHeader({
    name: 'if-none-match',
    required: false,
    description: '`*`: only where there is none; else 412.',
  })
  @BodyBounds(BOUNDS)
  @ApiOperation({ summary: 'Put a document under a key' })
  @ZodResponse({ status: 200, type: DocumentResponse })
  @ApiResponse({ status: 201, type: DocumentResponse.Output, description: 'There was none under this key.' })
  async put(
    @CurrentPrincipal() actor: Principal,
    @Param() { key }: DocumentPath,
    @Body() { data }: PutDocumentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<DocumentResponse> {
    const { document, isNew } = await this.documents.put(actor, key, data as Json, { ifMatch, ifNoneMatch });
    if (isNew) void reply.status(201);
    return toDocumentResponse(document);
  }

  @Get(':key')
  @Cached({ resource: 'documents', source: 'mongodb', idParam: 'key' })
  @ApiOperation({ summary: 'Read a document' })
  @ZodResponse({ status: 200, type: DocumentResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param() { key }: DocumentPath): Promise<DocumentResponse> {
    return toDocumentResponse(await this.documents.get(actor, key));
  }

  @Patch(':key')
  @AcceptsIfMatch()
  @BodyBounds(BOUNDS)
  @ApiOperation({ summary: 'Change the data of a document by a merge patch (RFC 7396)' })
  @ApiBody({ schema: { description: 'Any JSON value.', example: { theme: 'light', notifications: null } } })
  @ZodResponse({ status: 200, type: DocumentResponse })
  async patch(
    @CurrentPrincipal() actor: Principal,
    @Param() { key }: DocumentPath,
    @Body() patch: unknown,
    @Headers('if-match') ifMatch?: string,
  ): Promise<DocumentResponse> {
    return toDocumentResponse(await this.documents.patch(actor, key, patch as Json, ifMatch));
  }

  @Delete(':key')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete a document' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param() { key }: DocumentPath,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.documents.delete(actor, key, ifMatch);
  }
}
