// A program of its own, so that its output goes to a log: downloads the official mongod into the folder it is given.
import binary from 'mongodb-memory-server-core/lib/util/MongoBinary.js';

const [downloadDir] = process.argv.slice(2);
console.log(await binary.MongoBinary.getPath({ downloadDir, checkMD5: true }));
