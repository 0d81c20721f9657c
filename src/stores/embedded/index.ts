export { DataDir } from './data-dir.js';
export { DataDirInUse, EmbeddedStoreFailed } from './embedded-store.errors.js';
export {
  type EmbeddedStores,
  type EmbeddedStoresOptions,
  startEmbeddedStores,
} from './start-embedded-stores.js';
export { STORE_NAMES, type StoreEntries, type StoreEntry, type StoreName } from './store-entry.js';
export { type WithStoresOptions, withStores } from './with-stores.js';
