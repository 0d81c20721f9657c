import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import type { ShownTransaction } from './transaction.js';
import { toTransactionResponse } from './transaction.response.js';
import {
  AddTransactionDto,
  ListTransactionsQuery,
  ReverseTransactionDto,
  SummarizeTransactionsQuery,
  TransactionPage,
  TransactionResponse,
  TransactionSummary,
} from './transactions.dto.js';
import type { TransactionFilter, TransactionPosition } from './transactions.pg.repository.js';
import { TransactionsService } from './transactions.service.js';

@ApiTags('transactions')
@Controller('transactions')
export class TransactionsController {
  constructor(private readonly transactions: TransactionsService) {}

  @Post()
  @ApiOperation({ summary: 'Add a transaction; it is never changed or deleted' })
  @ZodResponse({ status: 201, type: TransactionResponse })
  async add(
    @CurrentPrincipal() actor: Principal,
    @Body() body: AddTransactionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TransactionResponse> {
    return located(reply, await this.transactions.add(actor, body));
  }

  @Get()
  @Cached({ resource: 'transactions', source: 'postgres' })
  @ApiOperation({ summary: 'List the transactions of your organisation, newest first' })
  @ZodResponse({ status: 200, type: TransactionPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() query: ListTransactionsQuery,
  ): Promise<TransactionPage> {
    const { limit, cursor } = query;
    const position = cursor === undefined ? null : positionOf(cursor);
    const found = await this.transactions.list(actor, filterOf(query), limit, position);
    return toPage(found, limit, toTransactionResponse, cursorOf);
  }

  @Get('summary')
  @Cached({ resource: 'transactions', source: 'postgres' })
  @ApiOperation({
    summary: 'Add up the transactions of your organisation by month, type or user, per currency',
  })
  @ZodResponse({ status: 200, type: TransactionSummary })
  async summarize(
    @CurrentPrincipal() actor: Principal,
    @Query() query: SummarizeTransactionsQuery,
  ): Promise<TransactionSummary> {
    const rows = await this.transactions.summarize(actor, query.group_by, filterOf(query));
    return {
      data: rows.map(({ group, count, total }) => ({
        group,
        currency: total.currency,
        count,
        total: total.toString(),
      })),
    };
  }

  @Get(':id')
  @Cached({ resource: 'transactions', source: 'postgres', numbered: true })
  @ApiOperation({ summary: 'Read a transaction' })
  @ZodResponse({ status: 200, type: TransactionResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<TransactionResponse> {
    return toTransactionResponse(await this.transactions.get(actor, id));
  }

  @Post(':id/reversal')
  @ApiOperation({ summary: 'Take a transaction back, once, by a new one of the opposite amount' })
  @ZodResponse({ status: 201, type: TransactionResponse })
  async reverse(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: ReverseTransactionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TransactionResponse> {
    return located(reply, await this.transactions.reverse(actor, id, body));
  }
}

function located(reply: FastifyReply, transaction: ShownTransaction): TransactionResponse {
  void reply.header('location', `/api/v1/transactions/${transaction.id}`);
  return toTransactionResponse(transaction);
}

const filterOf = (query: Omit<ListTransactionsQuery, 'limit' | 'cursor'>): TransactionFilter => ({
  userId: query.user_id,
  transactionType: query.transaction_type,
  from: query.from === undefined ? undefined : new Date(query.from),
  to: query.to === undefined ? undefined : new Date(query.to),
});

const cursorOf = ({ createdAt, id }: ShownTransaction): string[] => [createdAt.toISOString(), String(id)];

function positionOf(cursor: string): TransactionPosition {
  const [createdAt, id] = decodeCursor(cursor, ['moment', 'integer']);
  return { createdAt: new Date(createdAt), id: Number(id) };
}
