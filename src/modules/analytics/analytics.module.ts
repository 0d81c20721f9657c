import { Module } from '@nestjs/common';

/** What people do. So far the server alone records events: a login is one. */
@Module({})
export class AnalyticsModule {}
