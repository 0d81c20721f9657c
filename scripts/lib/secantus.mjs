import path from 'node:path';

import { cachePath, findOnPath, removeFolder } from './paths.mjs';
import { runTool, toolEnv } from './tool.mjs';

const CRATE = 'secantus-mdb';
const VERSION = '0.5.3-beta.196';

const folder = () => cachePath('secantus', VERSION);

/** The path to which the build writes SecantusDB's server. */
export const secantusPath = () =>
  path.join(folder(), 'bin', process.platform === 'win32' ? 'secantusd-rs.exe' : 'secantusd-rs');

/** The programs that the build needs and that this machine lacks. */
export function lacksForBuild() {
  const alternatives = {
    cargo: ['cargo'],
    cmake: ['cmake'],
    'a C compiler': ['cc', 'gcc', 'clang'],
    'a C++ compiler': ['c++', 'g++', 'clang++'],
  };
  const isThere = (names) => names.some((name) => findOnPath(name, process.env.PATH));
  return Object.keys(alternatives).filter((what) => !isThere(alternatives[what]));
}

/** Cargo's progress bar, `Building [==> ] 120/316: serde, tokio`, in fewer words. */
function progressOf(text) {
  const bar = [...text.matchAll(/Building \[[^\]]*\] (\d+)\/(\d+)(?:: ([^\r\n,.]+))?/g)].at(-1);
  return bar && `crate ${bar[1]} of ${bar[2]}${bar[3] ? `, ${bar[3]}` : ''}`;
}

/** Builds the server with cargo into the cache folder. An interrupted build continues where it stopped. */
export async function buildSecantus(step) {
  step.working('building with cargo, some minutes, once');
  const target = path.join(folder(), 'target');
  const env = toolEnv({
    CARGO_TARGET_DIR: target,
    CARGO_TERM_COLOR: 'never',
    CARGO_TERM_PROGRESS_WHEN: 'always',
    CARGO_TERM_PROGRESS_WIDTH: '100',
  });
  const flags = ['--locked', '--ignore-rust-version', '--root', folder()];
  const result = await runTool({
    name: 'mongodb-build',
    command: ['cargo', 'install', CRATE, '--version', `=${VERSION}`, ...flags],
    env,
    onOutput: (text) => {
      const progress = progressOf(text);
      if (progress) step.progress(progress);
    },
  });
  if (result.ok) removeFolder(target);
  return result;
}
