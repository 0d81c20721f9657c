// A separate program, so that its output goes to a log. Downloads the official mongod into the given folder.
import binary from 'mongodb-memory-server-core/lib/util/MongoBinary.js';

const [downloadDir] = process.argv.slice(2);
console.log(await binary.MongoBinary.getPath({ downloadDir, checkMD5: true }));
