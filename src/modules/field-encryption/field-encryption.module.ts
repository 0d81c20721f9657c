import { Module } from '@nestjs/common';

import { DataKeysEraser } from './data-keys.eraser.js';
import { DataKeysRepository } from './data-keys.pg.repository.js';
import { FieldEncryption } from './field-encryption.js';
import { HeldCiphers } from './held-ciphers.js';
import { KeyRotation } from './key-rotation.js';
import { KeyWrapping } from './key-wrapping.js';

@Module({
  providers: [DataKeysEraser, DataKeysRepository, FieldEncryption, HeldCiphers, KeyRotation, KeyWrapping],
  exports: [DataKeysEraser, FieldEncryption, KeyRotation],
})
export class FieldEncryptionModule {}
