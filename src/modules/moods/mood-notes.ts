import { Injectable } from '@nestjs/common';

import { FieldEncryption } from '../field-encryption/field-encryption.js';
import { Undecryptable } from '../field-encryption/field-encryption.errors.js';
import type { FieldPlace, UserCipher } from '../field-encryption/user-cipher.js';
import { type Mood, MOODS_COLLECTION, type StoredMood } from './mood.js';

const placeOf = (record: string): FieldPlace => ({ collection: MOODS_COLLECTION, record, field: 'note' });

/** The notes of moods, encrypted for their person and bound to their record. */
@Injectable()
export class MoodNotes {
  constructor(private readonly encryption: FieldEncryption) {}

  /** Encrypts a note for the mood with this id. */
  async seal(orgId: string, userId: string, id: string, note: string | null): Promise<string | null> {
    if (note === null) return null;
    return (await this.encryption.forUser(orgId, userId)).encrypt(placeOf(id), note);
  }

  /** Decrypts moods of one person. Throws `Undecryptable`. */
  async open(orgId: string, userId: string, moods: readonly StoredMood[]): Promise<Mood[]> {
    if (moods.every(({ note }) => note === null)) return [...moods];
    const cipher = await this.encryption.ofReader(orgId, userId);
    return moods.map((mood) => ({ ...mood, note: noteOf(mood, cipher) }));
  }

  /**
   * Whether the note can be decrypted in its place. True if the data key was destroyed, because the mood is about to
   * be removed then.
   */
  async isReadable(mood: StoredMood): Promise<boolean> {
    const cipher = await this.encryption.ofReader(mood.organization_id, mood.user_id);
    if (!cipher) return true;
    try {
      noteOf(mood, cipher);
      return true;
    } catch (error) {
      if (error instanceof Undecryptable) return false;
      throw error;
    }
  }
}

function noteOf({ _id, note }: StoredMood, cipher: UserCipher | null): string | null {
  if (note === null) return null;
  if (!cipher) throw new Undecryptable();
  return cipher.decrypt(placeOf(_id), note);
}
