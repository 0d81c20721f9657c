// Our own service in which a change has no consequences: no event, no delivery to MongoDB, no cache tag replaced. What
// the outbox costs is the difference.
import { createApp } from '../../src/app.setup.js';
import { loadConfig } from '../../src/config/load-config.js';
import { Outbox } from '../../src/flows/outbox/outbox.js';

const config = loadConfig();
const app = await createApp(config);
app.get(Outbox, { strict: false }).add = () => Promise.resolve();
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
await app.listen(config.http.port, config.http.host);
