// Jest loads this file without its module mapping, so the import names the file as it is.
import {
  createWorkspace,
  install,
  installWithPnpm,
  inWorkspace,
  pack,
  PAGE_PACKAGES,
  SERVER_PACKAGES,
} from './workspace.ts';

/**
 * Packs the package once and installs it: with what a server needs alone, with what a page needs alone
 * (by npm and by pnpm), in a Nest 11 application and in a Nest 12 application. Also brings Node 24, unless `NODE_24` names one.
 */
export default async function globalSetup(): Promise<void> {
  createWorkspace();
  const tarball = await pack();
  const node24 = async (): Promise<void> => {
    if (process.env['NODE_24'] !== undefined) return;
    await install('node24', ['node@24']);
    process.env['NODE_24'] = inWorkspace('node24/node_modules/.bin/node');
  };
  await Promise.all([
    node24(),
    install('bare', [tarball, ...SERVER_PACKAGES]),
    install('page', [tarball, ...PAGE_PACKAGES]),
    installWithPnpm('page-pnpm', [tarball, ...PAGE_PACKAGES]),
    install('nest11', [tarball], ['app', 'nest11-commonjs']),
    install('nest12', [tarball], ['app', 'nest12-esm']),
  ]);
}
