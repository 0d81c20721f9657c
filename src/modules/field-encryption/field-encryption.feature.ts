import type { Feature } from '../../feature.js';
import { DataKeysEraser } from './data-keys.eraser.js';
import { FieldEncryptionModule } from './field-encryption.module.js';

/** The first of all features, so that the deletion of an account destroys its data keys before anything else. */
export const fieldEncryption: Feature = {
  name: 'field-encryption',
  about: 'Keys of what is encrypted at rest.',
  module: FieldEncryptionModule,
  resources: [],
  erasers: [DataKeysEraser],
};
