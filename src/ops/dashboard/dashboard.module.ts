import { Module } from '@nestjs/common';

import { DashboardController } from './dashboard.controller.js';
import { DashboardFiles } from './dashboard-files.js';

/** Serves the built dashboard (`dashboard/`). It needs no store. */
@Module({ controllers: [DashboardController], providers: [DashboardFiles] })
export class DashboardModule {}
