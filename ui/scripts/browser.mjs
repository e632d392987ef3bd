// Finds a Chromium for the tests in a browser and for the picture: the system's own where there is one, else
// Playwright's, which it fetches.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** What every start of the browser is given: nothing that calls home, nothing that needs a sandbox or a graphics card. */
export const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param {string} path */
function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The browser's file; undefined means Playwright's own, which is there once this returns.
 * @returns {string | undefined}
 */
export function findBrowser() {
  const chosen = process.env['WEIR_CHROMIUM'];
  if (chosen !== undefined && chosen !== '') {
    if (runs(chosen)) return chosen;
    throw new Error(`WEIR_CHROMIUM is ${chosen}, which is no program that can be run.`);
  }
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/bin',
    '/usr/local/bin',
    '/snap/bin',
  ];
  for (const name of names) {
    const found = folders
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, name))
      .find(runs);
    if (found !== undefined) return found;
  }
  const fetched = spawnSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit' });
  if (fetched.status === 0) return undefined;
  throw new Error(
    'There is no Chromium, and Playwright could not fetch one: install the package chromium, or set WEIR_CHROMIUM to a Chrome.',
  );
}
