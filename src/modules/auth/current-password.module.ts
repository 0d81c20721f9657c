import { Module } from '@nestjs/common';

import { AccountsRepository } from './accounts.pg.repository.js';
import { CurrentPassword } from './current-password.service.js';
import { LoginThrottle } from './login-throttle.js';
import { SharedLoginFailures } from './shared-login-failures.js';

/** A module of its own, because accounts need to check passwords and the login needs accounts. */
@Module({
  providers: [AccountsRepository, CurrentPassword, LoginThrottle, SharedLoginFailures],
  exports: [AccountsRepository, CurrentPassword, LoginThrottle],
})
export class CurrentPasswordModule {}
