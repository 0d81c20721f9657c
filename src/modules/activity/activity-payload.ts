import { storableJson } from '../../common/json/storable-json.js';

export const MAX_PAYLOAD_BYTES = 32 * 1_024;
export const MAX_PAYLOAD_DEPTH = 10;

/** The payload that a client sends with an event, stored unchanged. */
export const activityPayload = storableJson({ bytes: MAX_PAYLOAD_BYTES, depth: MAX_PAYLOAD_DEPTH }).describe(
  `Any JSON object, up to ${MAX_PAYLOAD_BYTES / 1_024} KiB and ${MAX_PAYLOAD_DEPTH} levels deep.`,
);
