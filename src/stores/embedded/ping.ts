import { connect } from 'node:net';

const LIMIT_MS = 1_000;

/** Sends bytes to a loopback port and waits until `isAnswer` accepts or rejects the bytes that came back. */
function ask(
  port: number,
  question: Buffer,
  isAnswer: (received: Buffer) => boolean | null,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let received = Buffer.alloc(0);
    const finish = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.setTimeout(LIMIT_MS, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
    socket.on('connect', () => socket.write(question));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const verdict = isAnswer(received);
      if (verdict !== null) finish(verdict);
    });
  });
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/**
 * Opens a session up to the request for a password. PostgreSQL sends that request (`R`) only if it accepts
 * connections, and an error (`E`) while it starts or recovers. PostgreSQL 18, 54.2 "Message Flow".
 */
export function pingPostgres(port: number, user: string, database: string): Promise<boolean> {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const startup = Buffer.concat([int32(parameters.length + 8), int32(196_608), parameters]);
  return ask(port, startup, (received) => received[0] === 'R'.charCodeAt(0));
}

/** `PING`. A server that still loads its data answers with an error. */
export function pingRedis(port: number): Promise<boolean> {
  return ask(port, Buffer.from('PING\r\n'), (received) =>
    received.includes('\r\n') ? received.toString().startsWith('+PONG') : null,
  );
}

function bsonElement(type: number, name: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), value]);
}

/** `{ ping: 1, $db: 'admin' }` as an OP_MSG of the MongoDB wire protocol. The answer must be `{ ok: 1 }`. */
export function pingMongo(port: number): Promise<boolean> {
  const int32Le = (value: number) => int32(value).reverse();
  const database = Buffer.concat([int32Le(6), Buffer.from('admin\0')]);
  const elements = Buffer.concat([bsonElement(0x10, 'ping', int32Le(1)), bsonElement(0x02, '$db', database)]);
  const document = Buffer.concat([int32Le(elements.length + 5), elements, Buffer.from([0])]);
  const body = Buffer.concat([int32Le(0), Buffer.from([0]), document]);
  const header = [body.length + 16, 1, 0, 2013].map(int32Le);
  const one = Buffer.alloc(8);
  one.writeDoubleLE(1);
  const ok = bsonElement(0x01, 'ok', one);
  return ask(port, Buffer.concat([...header, body]), (received) => {
    if (received.length < 4 || received.length < received.readInt32LE(0)) return null;
    return received.includes(ok) || received.includes(bsonElement(0x10, 'ok', int32Le(1)));
  });
}
