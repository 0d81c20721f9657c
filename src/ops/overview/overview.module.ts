import { Module } from '@nestjs/common';

import { AgreementModule } from '../../flows/agreement/agreement.module.js';
import { OverviewController } from './overview.controller.js';

@Module({ imports: [AgreementModule], controllers: [OverviewController] })
export class OverviewModule {}
