// A separate program, so that it gets the proxy settings. Checks whether the download host of
// mongodb-memory-server-core is reachable. Exit code 0 means yes. A proxy that refuses answers 403, so only a success
// counts.
const LIMIT_MS = 5_000;
const OFFICIAL = 'https://fastdl.mongodb.org';
// Any existing file would do.
const file = '/linux/mongodb-linux-x86_64-ubuntu2204-8.0.4.tgz';

const host = process.env.MONGOMS_DOWNLOAD_MIRROR || OFFICIAL;
try {
  const response = await fetch(host + file, { method: 'HEAD', signal: AbortSignal.timeout(LIMIT_MS) });
  if (response.ok) process.exit(0);
  console.error(`${host} answers ${response.status}`);
} catch (error) {
  console.error(`${host} cannot be reached: ${error.cause?.message || error.message}`);
}
process.exit(1);
