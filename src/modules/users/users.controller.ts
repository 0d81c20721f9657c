import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Ip,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, type Position, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import type { User } from './user.js';
import { toUserResponse } from './user.response.js';
import {
  CreateUserDto,
  ListUsersQuery,
  ReplaceUserDto,
  UpdateUserDto,
  UserPage,
  UserResponse,
} from './users.dto.js';
import { UsersService } from './users.service.js';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @ApiOperation({ summary: 'Create an account in your organisation' })
  @ZodResponse({ status: 201, type: UserResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateUserDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserResponse> {
    const user = await this.users.create(actor, body);
    void reply.header('location', `/api/v1/users/${user.id}`);
    return toUserResponse(user);
  }

  @Get()
  @Cached({ resource: 'users', source: 'postgres' })
  @ApiOperation({ summary: 'List the members of your organisation, newest member first' })
  @ZodResponse({ status: 200, type: UserPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListUsersQuery): Promise<UserPage> {
    const { limit, cursor, ...filter } = query;
    const users = await this.users.list(actor, filter, limit, decodePosition(cursor));
    return toPage(users, limit, toUserResponse, positionOf);
  }

  @Get(':id')
  @Cached({ resource: 'users', source: 'postgres' })
  @ApiOperation({ summary: 'Read an account' })
  @ZodResponse({ status: 200, type: UserResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<UserResponse> {
    return toUserResponse(await this.users.get(actor, id));
  }

  @Put(':id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Replace an account' })
  @ZodResponse({ status: 200, type: UserResponse })
  async replace(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: ReplaceUserDto,
    @Ip() address: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<UserResponse> {
    return toUserResponse(await this.users.update({ actor, address, ifMatch }, id, body));
  }

  @Patch(':id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Change some fields of an account' })
  @ZodResponse({ status: 200, type: UserResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: UpdateUserDto,
    @Ip() address: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<UserResponse> {
    return toUserResponse(await this.users.update({ actor, address, ifMatch }, id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete an account and its personal data; its activity stays, without a name' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.users.delete(actor, id, ifMatch);
  }
}

const positionOf = ({ joinedAt, id }: User): Position => ({ at: joinedAt, id });
