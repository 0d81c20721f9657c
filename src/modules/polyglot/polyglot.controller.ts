import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { BodyBounds } from '../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Json } from '../../common/http/merge-patch.js';
import type { Principal } from '../../common/http/principal.js';
import { Unprefixed } from '../../common/http/route-prefix.js';
import { DOCUMENTS_COLLECTION } from '../documents/document.js';
import { MAX_DATA_DEPTH } from '../documents/document-data.js';
import { DocumentPath } from '../documents/documents.dto.js';
import { DocumentsService } from '../documents/documents.service.js';
import { IdempotencyOf, IdempotentBy } from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { AddTransactionDto } from '../transactions/transactions.dto.js';
import { TransactionsService } from '../transactions/transactions.service.js';
import { LayerEight } from './layer-eight.service.js';
import { LayerEightStats } from './layer-eight-stats.service.js';
import {
  ReadDocument,
  ReadTransactions,
  ReadTransactionsPath,
  StatsResponse,
  WriteDocumentDto,
  WrittenDocument,
  WrittenTransaction,
} from './polyglot.dto.js';

const OWN_KEYS = 'has Redis keys of its own, which Layer 8 names';

/** Layer 8's routes in its own formats, with and without the prefix. */
@ApiTags('polyglot')
@Unprefixed()
@Controller(['api/v1', ''])
export class PolyglotController {
  constructor(
    private readonly layerEight: LayerEight,
    private readonly statistics: LayerEightStats,
    private readonly transactions: TransactionsService,
    private readonly documents: DocumentsService,
  ) {}

  @Post('write/transaction')
  @ApiOperation({ summary: 'Write a transaction, in the shape of Layer 8' })
  @ZodResponse({ status: 201, type: WrittenTransaction })
  async writeTransaction(
    @CurrentPrincipal() actor: Principal,
    @Body() body: AddTransactionDto,
  ): Promise<WrittenTransaction> {
    const { id } = await this.transactions.add(actor, body);
    return {
      success: true,
      transaction_id: id,
      message: 'Transaction written to PostgreSQL',
      stored_in: 'PostgreSQL',
    };
  }

  @Post('write/document')
  @IdempotentBy(DOCUMENTS_COLLECTION)
  @BodyBounds({ depth: MAX_DATA_DEPTH + 1, members: Infinity })
  @ApiOperation({ summary: 'Write a document, in the shape of Layer 8' })
  @ZodResponse({ status: 201, type: WrittenDocument })
  async writeDocument(
    @CurrentPrincipal() actor: Principal,
    @Body() { key, data }: WriteDocumentDto,
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<WrittenDocument> {
    const { document } = await this.documents.put(actor, key, data as Json, {}, request);
    return { success: true, key, data: document.data, from_cache: false, stored_in: 'MongoDB' };
  }

  @Get('read/transaction/:user')
  @NoCache({ because: OWN_KEYS, source: 'postgres' })
  @ApiOperation({ summary: 'The transactions of a user, in the shape of Layer 8' })
  @ZodResponse({ status: 200, type: ReadTransactions })
  async readTransactions(
    @CurrentPrincipal() actor: Principal,
    @Param() { user }: ReadTransactionsPath,
  ): Promise<ReadTransactions> {
    const { value, isHit } = await this.layerEight.transactions(actor, user);
    return { success: true, key: user, value, source: isHit ? 'cache' : 'postgres' };
  }

  @Get('read/document/:key')
  @NoCache({ because: OWN_KEYS, source: 'mongodb' })
  @ApiOperation({ summary: 'A document, in the shape of Layer 8' })
  @ZodResponse({ status: 200, type: ReadDocument })
  async readDocument(
    @CurrentPrincipal() actor: Principal,
    @Param() { key }: DocumentPath,
  ): Promise<ReadDocument> {
    const { value, isHit } = await this.layerEight.document(actor, key);
    return {
      success: true,
      key,
      data: value,
      from_cache: isHit,
      stored_in: isHit ? 'Redis (cache)' : 'MongoDB',
    };
  }

  @Get('stats')
  @NoCache({ because: 'figures of this moment', source: 'postgres' })
  @ApiOperation({ summary: 'Figures of your organisation and of this instance, in the shape of Layer 8' })
  @ZodResponse({ status: 200, type: StatsResponse })
  async stats(@CurrentPrincipal() actor: Principal): Promise<StatsResponse> {
    const figures = await this.statistics.figures(actor);
    return {
      postgres_pool_size: figures.poolSize,
      mongodb_connections: figures.mongoConnections,
      cache_keys: figures.cacheKeys,
      total_transactions: figures.transactions,
      total_documents: figures.documents,
    };
  }
}
