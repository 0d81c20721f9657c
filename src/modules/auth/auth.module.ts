import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';

import { RateLimitsModule } from '../rate-limits/rate-limits.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { AuthService } from './auth.service.js';
import { CredentialHashes } from './credential-hashes.pg.read-model.js';
import { CurrentPasswordModule } from './current-password.module.js';
import { EarlyAuthentication } from './early-authentication.js';
import { IdentitiesReadModel } from './identities.pg.read-model.js';
import { LastUsesRepository } from './last-uses.pg.repository.js';
import { LastUses } from './last-uses.service.js';
import { PasswordService } from './password.service.js';
import { PrincipalLoads } from './principal-loads.js';
import { PrincipalResolver } from './principal-resolver.js';
import { RefusedCredentials } from './refused-credentials.js';
import { StreamTokens } from './stream-tokens.service.js';

@Module({
  imports: [CurrentPasswordModule, UsersModule, SessionsModule, RateLimitsModule],
  controllers: [AuthController],
  providers: [
    AuthService,
    CredentialHashes,
    EarlyAuthentication,
    IdentitiesReadModel,
    LastUses,
    LastUsesRepository,
    PasswordService,
    PrincipalLoads,
    PrincipalResolver,
    RefusedCredentials,
    StreamTokens,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [LastUses, PrincipalLoads, PrincipalResolver, StreamTokens],
})
export class AuthModule {}
