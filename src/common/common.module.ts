import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, DiscoveryModule } from '@nestjs/core';

import { PasswordHashing } from './crypto/password-hashing.js';
import { ProblemFilter } from './errors/problem.filter.js';
import { ContractPipe } from './http/contract.pipe.js';
import { ControllerRoutes } from './http/controller-routes.js';
import { Clock } from './time/clock.js';

/** The providers that every module may inject, and the pipe and filter of every route. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    Clock,
    ControllerRoutes,
    PasswordHashing,
    { provide: APP_PIPE, useClass: ContractPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [Clock, ControllerRoutes, PasswordHashing],
})
export class CommonModule {}
