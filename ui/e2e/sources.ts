/** Sources for the tests: a server that collects real repositories, and answers as a server with many sources gives them. */

import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import type { components } from '../src/api/schema';
import { expect } from './fixture';

export type Source = components['schemas']['Source'];

/** How many commits the repository has. */
export const commits = 5;

/**
 * Fills a data directory's weir.yaml: `shop` works, `till` names a folder that is not there, and `archive` is collected
 * only when asked for.
 */
export async function configure(folder: string): Promise<{ data: string; mend: () => Promise<void> }> {
  const [data, shop, till] = [join(folder, 'data'), join(folder, 'shop'), join(folder, 'till')];
  await Promise.all([mkdir(data), mkdir(shop)]);
  const git = (...args: string[]) =>
    promisify(execFile)(
      'git',
      ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-C', shop, ...args],
      { env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' } },
    );
  await git('init', '--quiet', '--initial-branch', 'main');
  for (let i = 1; i <= commits; i++) await git('commit', '--quiet', '--allow-empty', '-m', `Change ${i}`);
  await writeFile(
    join(data, 'weir.yaml'),
    `timezone: Europe/Berlin
sources:
- name: shop
  schedule: "*/15 * * * *"
  git: {path: "${shop}"}
- name: till
  schedule: "30 6 * * MON-FRI"
  git: {path: "${till}"}
- name: archive
  schedule: never
  git: {path: "${shop}", repo: acme/archive}
`,
  );
  return { data, mend: () => cp(shop, till, { recursive: true }) };
}

/** The card of a source. */
export const card = (page: Page, name: string) => page.getByRole('article', { name, exact: true });

/** Opens the page of the sources, and waits until it says something about them. */
export async function openSources(page: Page, address = '') {
  await page.goto(`${address}/sources`);
  await expect(page.getByRole('heading', { level: 1, name: 'Sources' })).toBeVisible();
  await expect(page.locator('.sources-summary, .no-sources')).toBeVisible();
}

/** Answers the page's question about the sources in the server's place. */
export async function answerWith(page: Page, sources: () => Source[], ahead = 0) {
  await page.route('**/api/v1/sources', (route) =>
    route.fulfill({
      json: { sources: sources() },
      headers: { date: new Date(Date.now() + ahead * 1000).toUTCString() },
    }),
  );
}

/** So many seconds from now. */
export const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

const noRequests: Source['requests'] = {
  count: 0,
  by_status: {},
  limit: null,
  remaining: null,
  reset: null,
  waiting_until: null,
  waiting_for: '',
};

/** A source that is well, but for what is said of it. */
export function source(name: string, told: Partial<Source> = {}): Source {
  return {
    name,
    kind: 'git',
    schedule: '*/15 * * * *',
    running: false,
    last_start: at(-745),
    last_finish: at(-730),
    last_success: at(-730),
    last_error: '',
    failures: 0,
    next_run: at(150),
    written: { commits: 12, deployments: 1 },
    deleted: {},
    total: { commits: 51_234, deployments: 310 },
    done: 13,
    expected: 13,
    problems: [],
    requests: noRequests,
    ...told,
  };
}

const problems = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ part: `acme/repository-${i}`, error: 'it is gone: 404 Not Found' }));

/** One of each state, with long words. */
export const everyState = (): Source[] => [
  source('github.com/acme', {
    kind: 'github',
    running: true,
    last_start: at(-95),
    next_run: at(-95),
    written: { commits: 8123, pull_requests: 1204, build_stages: 31_022 },
    total: { commits: 48_123, pull_requests: 11_204, build_stages: 331_022, tickets: 7 },
    done: 2450,
    expected: 9800,
    requests: {
      count: 1263,
      by_status: { '0': 4, '200': 1203, '304': 40, '403': 4, '502': 12 },
      limit: 5000,
      remaining: 412,
      reset: at(1430),
      waiting_until: at(65),
      waiting_for: 'its budget of requests is spread until it resets',
    },
  }),
  source('issues', { kind: 'jira', schedule: '@every 30s', deleted: { commits: 3 }, problems: problems(1) }),
  source('builds', {
    kind: 'jenkins',
    schedule: '0 */2 * * *',
    last_error:
      'list the jobs of https://builds.example.org/job/platform/job/deployments/api/json?tree=jobs[name,url,color]: no such host',
    failures: 7,
    last_success: at(-3 * 86_400),
    written: {},
    total: {},
    requests: { ...noRequests, count: 49, by_status: { '0': 49 } },
  }),
  source('merges', {
    kind: 'gitlab',
    schedule: '5 4 1 * 1',
    problems: problems(23),
    requests: {
      ...noRequests,
      count: 7,
      by_status: { '200': 7 },
      limit: 2000,
      remaining: 1900,
      reset: at(-5),
    },
  }),
  source('a-name-that-is-long-and-has-no-place-where-it-could-be-broken-in-two', {
    schedule: '',
    last_start: null,
    last_finish: null,
    last_success: null,
    next_run: null,
    written: null,
    deleted: null,
    total: null,
  }),
];
