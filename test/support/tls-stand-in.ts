import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { TLSSocket } from 'node:tls';

/** A certificate for `localhost` that signs itself, made by OpenSSL. */
export interface TestCertificate {
  file: string;
  certificate: string;
  key: string;
  remove: () => void;
}

export function testCertificate(): TestCertificate {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'triptych-tls-'));
  const [file, keyFile] = [path.join(folder, 'root.pem'), path.join(folder, 'key.pem')];
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...[
        '-keyout',
        keyFile,
        '-out',
        file,
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
      ],
    ],
    { stdio: 'ignore' },
  );
  return {
    file,
    certificate: readFileSync(file, 'utf8'),
    key: readFileSync(keyFile, 'utf8'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Speaks TLS as a managed PostgreSQL does, and passes everything on to a server without. */
export class TlsStandIn {
  /** The name that each client has asked for (SNI); false: none. */
  readonly names: (string | false | null)[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(port: number, { certificate, key }: TestCertificate): Promise<TlsStandIn> {
    const server = createServer();
    const standIn = new TlsStandIn(server);
    server.on('connection', (socket) => {
      standIn.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('data', () => {
        socket.write('S');
        const secure = new TLSSocket(socket, { isServer: true, cert: certificate, key });
        secure.on('error', () => secure.destroy());
        secure.once('secure', () => {
          standIn.names.push((secure as TLSSocket & { servername?: string | false }).servername ?? null);
          const upstream = connect(port, '127.0.0.1');
          upstream.on('error', () => secure.destroy());
          secure.pipe(upstream).pipe(secure);
          secure.once('close', () => upstream.destroy());
        });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return standIn;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
