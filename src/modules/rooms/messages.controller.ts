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
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { Unprefixed } from '../../common/http/route-prefix.js';
import { IgnoresIdempotencyKey } from '../idempotency/ignores-idempotency-key.decorator.js';
import { assertUsable, ownerOf } from '../idempotency/key-owner.js';
import { rateLimitFields } from '../rate-limits/rate-limit-fields.js';
import { MessageHistory } from './message-history.service.js';
import { MessageRate } from './message-rate.js';
import { toMessagePage, toMessageResponse } from './message.response.js';
import type { Draft } from './message.js';
import {
  EditMessageDto,
  ListMessagesQuery,
  MarkReadDto,
  MessagePage,
  MessageResponse,
  MessageVersions,
  ReadStateResponse,
  SendMessageDto,
} from './messages.dto.js';
import { MessagesService, type NewMessageInput } from './messages.service.js';

const FRESH = 'read from the store each time: a chat is never stale';

@ApiTags('rooms')
@Unprefixed()
@Controller(['api/v1/rooms/:id', 'api/rooms/:id'])
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly history: MessageHistory,
    private readonly rate: MessageRate,
  ) {}

  @Get('messages')
  @NoCache(FRESH)
  @ApiOperation({ summary: 'Read what was said, newest first' })
  @ZodResponse({ status: 200, type: MessagePage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Query() { limit, ...anchor }: ListMessagesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MessagePage> {
    const history = await this.history.page(actor, id, limit, anchor);
    const isFallback = history.source === 'postgres' && history.isDegraded;
    void reply.header('x-data-source', isFallback ? 'postgres-fallback' : history.source);
    return toMessagePage(history, limit);
  }

  @Post('messages')
  @IgnoresIdempotencyKey()
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'As `client_id`, where none is given; needs no PostgreSQL.',
  })
  @ApiOperation({ summary: 'Say something; at most 60 messages in 10 s' })
  @ZodResponse({ status: 201, type: MessageResponse })
  async send(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: SendMessageDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('idempotency-key') key?: string,
  ): Promise<MessageResponse> {
    const state = await this.rate.count(actor.orgId, actor.userId);
    void reply.headers(rateLimitFields([{ policy: 'messages', state }]));
    const draft = { content: body.content, fileUrl: body.file_url ?? null };
    const sent = await this.messages.send(actor, id, { ...draft, ...identityOf(actor, body, key) });
    if (!sent.isNew) void reply.header('idempotency-replayed', 'true');
    void reply.header('location', `/api/v1/rooms/${id}/messages/${sent.message.id}`);
    return toMessageResponse(sent.message, sent.people);
  }

  @Get('messages/:message_id')
  @NoCache(FRESH)
  @ApiOperation({ summary: 'Read a message' })
  @ZodResponse({ status: 200, type: MessageResponse })
  async get(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('message_id') messageId: string,
  ): Promise<MessageResponse> {
    const { message, people } = await this.messages.get(actor, id, messageId);
    return toMessageResponse(message, people);
  }

  @Patch('messages/:message_id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Edit your message; what it said before is kept' })
  @ZodResponse({ status: 200, type: MessageResponse })
  async edit(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('message_id') messageId: string,
    @Body() body: EditMessageDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<MessageResponse> {
    const changes: Partial<Draft> = {
      ...(body.content !== undefined && { content: body.content }),
      ...(body.file_url !== undefined && { fileUrl: body.file_url }),
    };
    const { message, people } = await this.messages.edit(actor, id, messageId, changes, ifMatch);
    return toMessageResponse(message, people);
  }

  @Delete('messages/:message_id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete a message and its earlier versions; that it was there stays visible' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('message_id') messageId: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.messages.delete(actor, id, messageId, ifMatch);
  }

  @Get('messages/:message_id/versions')
  @NoCache(FRESH)
  @ApiOperation({ summary: 'Read what a message says and said, newest first; its author and admins may' })
  @ZodResponse({ status: 200, type: MessageVersions })
  async versions(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('message_id') messageId: string,
  ): Promise<MessageVersions> {
    return { data: await this.messages.versions(actor, id, messageId) };
  }

  @Put('read')
  @ApiOperation({ summary: 'Everything up to this message counts as read' })
  @ZodResponse({ status: 200, type: ReadStateResponse })
  async read(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: MarkReadDto,
  ): Promise<ReadStateResponse> {
    return { room_id: id, unread_count: await this.history.markRead(actor, id, body.message_id) };
  }
}

/** One name space for both kinds, in which they cannot be confused. */
function identityOf(
  actor: Principal,
  { client_id: clientId }: SendMessageDto,
  key: string | undefined,
): Pick<NewMessageInput, 'clientId' | 'givenAs'> {
  if (key !== undefined) assertUsable(key);
  if (clientId !== undefined) return { clientId: `c:${clientId}`, givenAs: 'client_id' };
  return { clientId: key === undefined ? null : `k:${ownerOf(actor)}:${key}`, givenAs: 'Idempotency-Key' };
}
