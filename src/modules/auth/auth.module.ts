import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';

import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccountsRepository } from './accounts.pg.repository.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { AuthService } from './auth.service.js';
import { CredentialHashes } from './credential-hashes.pg.read-model.js';
import { EarlyAuthentication } from './early-authentication.js';
import { IdentitiesReadModel } from './identities.pg.read-model.js';
import { LoginThrottle } from './login-throttle.js';
import { PasswordService } from './password.service.js';
import { PrincipalLoads } from './principal-loads.js';
import { PrincipalResolver } from './principal-resolver.js';
import { SharedLoginFailures } from './shared-login-failures.js';
import { StreamTokens } from './stream-tokens.service.js';

@Module({
  imports: [UsersModule, SessionsModule],
  controllers: [AuthController],
  providers: [
    AccountsRepository,
    AuthService,
    CredentialHashes,
    EarlyAuthentication,
    IdentitiesReadModel,
    LoginThrottle,
    PasswordService,
    PrincipalLoads,
    PrincipalResolver,
    SharedLoginFailures,
    StreamTokens,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [PrincipalLoads, StreamTokens],
})
export class AuthModule {}
