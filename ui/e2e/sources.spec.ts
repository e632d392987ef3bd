/** The page of the sources, over servers that collect. */

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { scratch, serve } from '../scripts/weir.mjs';
import { expectAccessible } from './axe';
import { expect, figuresShown, openOverview, test } from './fixture';
import { prepared } from './setup';
import { card, commits, configure, openSources, type Source } from './sources';

const ending: (() => Promise<unknown>)[] = [];
let mend: () => Promise<void>;
let data: string;
let folder: string;

test.beforeAll(async () => {
  const place = await scratch();
  folder = place.folder;
  ending.push(place.remove);
  ({ data, mend } = await configure(folder));
});

test.afterAll(async () => {
  for (const end of ending.reverse()) await end();
});

test('one source works, one fails with its sentence until it is mended, one waits to be asked', async ({
  page,
}) => {
  const server = await serve(data);
  ending.push(server.stop);
  await openSources(page, server.address);
  await expect(page.locator('.sources-summary')).toHaveText(
    /^3 sources: 1 failing, 1 not collected yet, 1 collected\./,
  );
  const [shop, till, archive] = [card(page, 'shop'), card(page, 'till'), card(page, 'archive')];

  await expect(shop).toContainText('every 15 minutes');
  await expect(shop).toContainText('*/15 * * * *');
  await expect(shop.locator('.standing')).toHaveText('Collected');
  await expect(shop.locator('.times time[title]').first()).toHaveText(/^(now|\d+ seconds? ago)$/);
  await expect(shop.locator('.times time[title]').first()).toHaveAttribute(
    'title',
    / \d{2}:\d{2} \(Europe\/Berlin\)$/,
  );
  await expect(shop.locator('.times time[title]').last()).toHaveText(/^in \d+ (minutes?|seconds?)$/);
  const row = shop.getByRole('row', { name: /^commits/ });
  await expect(row).toHaveText(`commits${commits}${commits}`);

  await expect(till).toContainText('Monday to Friday at 06:30 (UTC)');
  await expect(till.locator('.standing-word')).toHaveText('Failing');
  await expect(till.locator('.standing-why')).toHaveText(
    `${join(folder, 'till')} is not a folder that can be read: give the path of a git repository.`,
  );
  await expect(till.locator('.times')).toContainText('never');
  await till.getByRole('button', { name: 'Sync now till' }).click();
  await expect(till.locator('.standing')).toContainText('Failing, 2 times in a row');
  await expect(till.getByRole('status')).toHaveText(/^till could not be collected: .* is not a folder/);
  await expectAccessible(page);
  await mend();
  await till.getByRole('button', { name: 'Sync now till' }).click();
  await expect(till.getByRole('status')).toHaveText('till was collected.');
  await expect(till.locator('.standing')).toHaveText('Collected');
  await expect(till.getByRole('row', { name: /^commits/ })).toHaveText(`commits${commits}${commits}`);

  await expect(archive).toContainText('collected only when asked for');
  await expect(archive.locator('.standing')).toHaveText('Not collected yet');
  await archive.getByRole('button', { name: 'Sync now archive' }).focus();
  await page.keyboard.press('Enter');
  await expect(archive.getByRole('status')).toHaveText('archive was collected.');
  await expect(archive.getByRole('button', { name: 'Sync now archive' })).toBeFocused();
  await expect(archive.getByRole('row', { name: /^commits/ })).toHaveText(`commits${commits}${commits}`);
  await expect(page.locator('.sources-summary')).toHaveText(/^3 sources: 3 collected\./);
});

test('the demo is collected while somebody looks, and at once when asked', async ({ page }) => {
  test.slow(); // several tools are asked, each twice
  const company = join(folder, 'company');
  await cp(prepared('OUTAGE'), company, { recursive: true });
  const server = await serve(company, '127.0.0.1:0', 'demo');
  ending.push(server.stop);
  await openSources(page, server.address);
  await expect(page.getByText('simulated company')).toBeVisible();
  const answer = await page.request.get(`${server.address}/api/v1/sources`);
  const { sources } = (await answer.json()) as { sources: Source[] };
  expect(sources.length).toBeGreaterThan(0);
  for (const { name } of sources) {
    const one = card(page, name);
    await expect(one.locator('.standing-word')).toHaveText('Collected', { timeout: 30_000 });
    await one.getByRole('button', { name: `Sync now ${name}` }).click();
    await expect(one.getByRole('status')).toHaveText(`${name} was collected.`, { timeout: 30_000 });
  }
  expect(await page.locator('article').count()).toBe(sources.length);
});

test('no sources: the page explains how to configure one', async ({ page, watched }) => {
  await page.goto(prepared('EMPTY'));
  await figuresShown(page);
  await page.getByRole('alert').getByRole('link', { name: 'sources' }).click();
  await expect(page).toHaveURL(/\/sources$/);
  await expect(page.getByRole('heading', { name: 'No sources are configured' })).toBeVisible();
  for (const command of ['weir init', 'weir check', 'weir serve', 'weir import PATH']) {
    await expect(page.getByText(command, { exact: true })).toBeVisible();
  }
  await expect(page.locator('pre')).toContainText('git:');
  await expect(page.getByText('simulated')).toHaveCount(0);
  await page.goto(`${prepared('EMPTY')}/sources`);
  watched.requests.length = 0;
  await page.reload();
  await expect(page.getByRole('heading', { name: 'No sources are configured' })).toBeVisible();
  const api = watched.requests.filter((url) => url.includes('/api/'));
  expect(api.map((url) => new URL(url).pathname).sort()).toEqual(['/api/v1/sources', '/api/v1/status']);
});

test('the navigation leads there and back by keyboard, and says where one is', async ({ page }) => {
  await openOverview(page);
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await expect(pages.locator('[aria-current="page"]')).toHaveText('Overview');
  await pages.getByRole('link', { name: 'Sources' }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle('Sources · Weir');
  await expect(pages.locator('[aria-current="page"]')).toHaveText('Sources');
  await expect(page.getByText('weir demo')).toBeVisible(); // the tests' server serves the demo without collecting it
  await page.goBack();
  await figuresShown(page);
  await expect(pages.locator('[aria-current="page"]')).toHaveText('Overview');
});

test.describe('the server goes away', () => {
  test.use({ trouble: true });

  test('what was known stays, sync now says why it cannot, and all goes on by itself', async ({ page }) => {
    const own = await scratch();
    ending.push(own.remove);
    const first = await serve((await configure(own.folder)).data);
    await openSources(page, first.address);
    await expect(card(page, 'shop').locator('.standing')).toHaveText('Collected');
    await first.stop();
    const banner = page.getByText('The server does not answer');
    await card(page, 'shop').getByRole('button').click();
    await expect(card(page, 'shop').getByRole('alert')).toHaveText('The server cannot be reached.');
    await expect(banner).toBeVisible();
    await expect(page.locator('.sources.stale')).toBeVisible();
    await expect(page.getByText('These are the last figures, of')).toBeVisible();
    await expectAccessible(page);
    const second = await serve(join(own.folder, 'data'), new URL(first.address).host);
    ending.push(second.stop);
    await expect(banner).toHaveCount(0);
    await card(page, 'shop').getByRole('button').click();
    await expect(card(page, 'shop').getByRole('status')).toHaveText('shop was collected.');
    await expect(card(page, 'shop').getByRole('alert')).toHaveCount(0);
  });

  test('before the page was opened: the same page as on the overview', async ({ page }) => {
    const fetched = page.waitForResponse(/\/assets\/Sources-.*\.js$/);
    await openOverview(page);
    await fetched;
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.getByRole('link', { name: 'Sources' }).click();
    await expect(page.getByRole('alert').getByRole('heading')).toHaveText('No figures yet');
    await page.unroute('**/api/v1/**');
    await page.getByRole('button', { name: 'Ask again now' }).click();
    await expect(page.locator('.no-sources')).toBeVisible();
  });

  test('a source that is gone meanwhile: the server’s sentence', async ({ page }) => {
    await page.route('**/api/v1/sources', async (route) => {
      const { source } = await import('./sources');
      await route.fulfill({ json: { sources: [source('gone/with the wind')] } });
    });
    await openSources(page);
    await page.getByRole('button', { name: /^Sync now/ }).click();
    await expect(page.getByRole('alert')).toHaveText(/^There is no source gone\/with the wind; /);
  });
});
