import type { Feature } from '../../feature.js';
import { LayerEightAnswersCheck } from './layer-eight-answers.check.js';
import { PolyglotModule } from './polyglot.module.js';

export const polyglot: Feature = {
  name: 'polyglot',
  about: 'Transactions and documents in the shapes of Layer 8.',
  // All other routes use the scopes of transactions and documents.
  resources: ['stats'],
  module: PolyglotModule,
  checks: [LayerEightAnswersCheck],
};
