/** The page of the sources in every state, as the server would tell it. */

import { expectAccessible } from './axe';
import { expect, test } from './fixture';
import { answerWith, at, card, everyState, openSources, source } from './sources';

test('a run under way: how far, what it waits for, what it brought and what that cost', async ({ page }) => {
  await answerWith(page, everyState);
  await openSources(page);
  const github = card(page, 'github.com/acme');
  await expect(github.locator('.standing-word')).toHaveText('Collecting now');
  await expect(github.getByRole('progressbar', { name: 'How far github.com/acme is' })).toHaveAttribute(
    'aria-valuenow',
    '25',
  );
  await expect(github.locator('.standing')).toContainText('2,450 of 9,800 items that it expects by now');
  await expect(github.locator('.standing')).toContainText(
    'It waits, because its budget of requests is spread until it resets, and goes on in 1 minute.',
  );
  await expect(github.getByRole('button', { name: 'Collecting … github.com/acme' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await expect(github.locator('.times')).toContainText('when this one is done');
  const rows = github.locator('tbody tr');
  await expect(rows).toHaveText([
    'build stages31,022331,022',
    'commits8,12348,123',
    'pull requests1,20411,204',
    'tickets07',
    '200 answered1,203',
    '304 nothing new40',
    '403 refused4',
    '502 failed there12',
    'no whole answer4',
  ]);
  await expect(github.locator('tfoot')).toHaveText('in all1,263');
  await expect(github.locator('.budget')).toHaveText(
    '412 of 5,000 requests left; all of them again in 23 minutes',
  );
  await expect(card(page, 'merges').locator('.budget')).toContainText('the limit began anew since');
});

test('what went wrong: a sentence, how often, and parts that are folded away when they are many', async ({
  page,
}) => {
  await answerWith(page, everyState);
  await openSources(page);
  const builds = card(page, 'builds');
  await expect(builds.locator('.standing')).toContainText('Failing, 7 times in a row');
  await expect(builds.locator('.standing-why')).toContainText('List the jobs of https://builds.example.org');
  await expect(builds.locator('.times')).toContainText('3 days ago');
  const issues = card(page, 'issues');
  await expect(issues.locator('.standing')).toHaveText(
    'Collected in part: 1 part could not be; the others are up to date',
  );
  await expect(issues.locator('.problems li')).toHaveText('acme/repository-0: It is gone: 404 Not Found.');
  await expect(issues.getByRole('columnheader', { name: 'Deleted by it' })).toBeVisible();
  const merges = card(page, 'merges');
  await expect(merges.getByText('by the schedule 5 4 1 * 1')).toBeVisible();
  await expect(merges.locator('.problems li').first()).toBeHidden();
  await merges.getByText('23 parts could not be collected').click();
  await expect(merges.locator('.problems li')).toHaveCount(23);
  await expect(merges.locator('.problems li').first()).toBeVisible();
});

test('a failing source that is tried again still says why it failed', async ({ page }) => {
  const trying = { running: true, last_error: 'no such host', failures: 2, done: 7, expected: 0 };
  await answerWith(page, () => [source('till', trying)]);
  await openSources(page);
  await expect(card(page, 'till').locator('.standing')).toContainText(
    '7 items done; nobody knows yet of how many',
  );
  await expect(card(page, 'till').locator('.standing-why')).toHaveText(
    'The last run failed, 2 in a row: No such host.',
  );
});

test('"ago" is by the server’s clock', async ({ page }) => {
  await answerWith(page, () => [source('shop', { last_success: at(3600 - 730) })], 3600);
  await openSources(page);
  await expect(card(page, 'shop').locator('.times time').first()).toHaveText('12 minutes ago');
});

test('asks every 2 seconds while something runs, and every 15 otherwise', async ({ page }) => {
  await page.clock.install();
  let running = true;
  let asked = 0;
  await answerWith(page, () => {
    asked++;
    return [source('shop', { running, done: asked, expected: 100 })];
  });
  await openSources(page);
  await page.clock.pauseAt(Date.now() + 1000); // from here on time passes only as it is told to
  let want = asked;
  /** Lets so much time pass, in which the server is asked so often, and draws what it answered. */
  const pass = async (seconds: number, times: number, shown: string) => {
    want += times;
    await page.clock.runFor(seconds * 1000);
    await expect.poll(() => asked).toBe(want);
    await expect(async () => {
      await page.clock.runFor(20);
      await expect(card(page, 'shop').locator('.standing')).toContainText(shown, { timeout: 200 });
    }).toPass();
  };
  for (let i = 1; i <= 3; i++) await pass(2.1, 1, `${asked + 1} of 100`);
  running = false;
  await pass(2.1, 1, 'Collected');
  await pass(13, 0, 'Collected');
  await pass(3, 1, 'Collected');
});

for (const width of [360, 768, 1280, 2560]) {
  test(`${width} px wide: no scrolling sideways, and every button can be reached`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await answerWith(page, everyState);
    await openSources(page);
    await page.getByText('23 parts could not be collected').click();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, 'pixels beyond the right edge').toBeLessThanOrEqual(0);
    // Nor does anything stand over the edge of its own card, or over its neighbour.
    const cut = await page.locator('article :is(h2, p, dt, dd, time, button, table, ul)').evaluateAll((all) =>
      all
        .filter((one) => {
          const frame = one.closest('article')?.getBoundingClientRect();
          const box = one.getBoundingClientRect();
          const own = one.closest('dd')?.getBoundingClientRect() ?? frame;
          return frame && own && box.width > 2 && (box.right > own.right + 1 || box.left < frame.left);
        })
        .map((one) => one.outerHTML.slice(0, 120)),
    );
    expect(cut).toEqual([]);
    const first = await page.locator('article').nth(0).boundingBox();
    const second = await page.locator('article').nth(1).boundingBox();
    expect(first?.y === second?.y, 'two sources beside each other').toBe(width === 2560);
  });
}

test('twice the text size on a phone-wide window', async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 900 });
  await answerWith(page, everyState);
  await openSources(page);
  await page.addStyleTag({ content: 'html { font-size: 200%; }' });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('axe finds nothing serious, in any state', async ({ page }) => {
      await answerWith(page, everyState);
      await openSources(page);
      await page.getByText('23 parts could not be collected').click();
      await expectAccessible(page);
      await page.unroute('**/api/v1/sources');
      await openSources(page);
      await expect(page.locator('.no-sources')).toBeVisible();
      await expectAccessible(page);
    });
  });
}
