/** Before all tests: a demo is filled once, and each kind of data gets a server of its own. */

import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillDemo, scratch, serve, weir } from '../scripts/weir.mjs';

export default async function setup(): Promise<() => Promise<void>> {
  const { folder, remove } = await scratch();
  const demo = join(folder, 'demo');
  const outage = join(folder, 'outage');
  const elsewhere = join(folder, 'elsewhere');
  const stopping: (() => Promise<void>)[] = [];
  const teardown = async () => {
    await Promise.all(stopping.map((stop) => stop()));
    await remove();
  };
  const start = async (name: string, directory: string) => {
    const server = await serve(directory);
    stopping.push(server.stop);
    process.env[name] = server.address;
  };
  try {
    await Promise.all([fillDemo(demo), fillElsewhere(folder, elsewhere)]);
    await cp(demo, outage, { recursive: true });
    // Its own data, so that one test can end the server and start it again without disturbing the others.
    process.env.WEIR_E2E_OUTAGE = outage;
    await Promise.all([
      start('WEIR_E2E_DEMO', demo),
      start('WEIR_E2E_EMPTY', join(folder, 'empty')),
      start('WEIR_E2E_ELSEWHERE', elsewhere),
    ]);
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

/** Deployments, but none to an environment that counts as production. */
async function fillElsewhere(folder: string, directory: string) {
  const records = join(folder, 'records');
  await mkdir(records);
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString();
  const shas = ['a', 'b', 'c'].map((letter) => letter.repeat(40));
  const commits = shas.map((sha, i) => `anvil,${sha},${shas[i - 1] ?? ''},${day(12 - i)},Change ${i}`);
  const deployments = shas.map(
    (sha, i) => `anvil,${i === 1 ? 'stage' : 'sandbox'},${i},anvil,${sha},${day(8 - i)}`,
  );
  await writeFile(
    join(records, 'commits.csv'),
    ['repo,sha,parents,authored_at,message', ...commits, ''].join('\n'),
  );
  await writeFile(
    join(records, 'deployments.csv'),
    ['service,environment,id,repo,sha,finished_at', ...deployments, ''].join('\n'),
  );
  await weir(['import', records, '--data-dir', directory]);
}

/** The address of one of the servers, or the folder of the data for the outage. */
export function prepared(name: 'DEMO' | 'EMPTY' | 'ELSEWHERE' | 'OUTAGE'): string {
  const value = process.env[`WEIR_E2E_${name}`];
  if (value === undefined)
    throw new Error(`WEIR_E2E_${name} is not set: the tests are started by playwright test.`);
  return value;
}
