/** The server goes away, and comes back. */

import type { Page } from '@playwright/test';
import { serve } from '../scripts/weir.mjs';
import { expectAccessible } from './axe';
import { expect, figuresShown, test } from './fixture';
import { prepared } from './setup';
import { figuresOn } from './figures';

test.use({ trouble: true });

/** Somebody comes back to the window, upon which the page asks at once instead of in some seconds. */
const look = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));

test('the server ends while the page is open: the last figures stay, and go on by themselves', async ({
  page,
}) => {
  const first = await serve(prepared('OUTAGE'));
  await page.goto(first.address);
  await figuresShown(page);
  const before = (await figuresOn(page)).map(({ value }) => value);
  const banner = page.getByText('The server does not answer');
  await expect(banner).toHaveCount(0);
  await first.stop();
  await look(page);
  await expect(banner).toBeVisible();
  await expect(page.getByText('These are the last figures, of').locator('time')).toHaveText(
    /\d{2}:\d{2} \(UTC\)/,
  );
  await expect(page.locator('.figures.stale')).toBeVisible();
  expect((await figuresOn(page)).map(({ value }) => value)).toEqual(before);
  await expectAccessible(page);
  const second = await serve(prepared('OUTAGE'), new URL(first.address).host);
  try {
    await expect(banner).toHaveCount(0);
    await figuresShown(page);
  } finally {
    await second.stop();
  }
});

test('a filter that is changed while the server is away is answered when it is back', async ({ page }) => {
  const first = await serve(prepared('OUTAGE'));
  await page.goto(first.address);
  await figuresShown(page);
  const deployments = page.locator('#deployment_frequency .key-value [data-figure="days"]');
  await expect(deployments).toHaveAttribute('value', '90');
  await first.stop();
  await page.getByRole('radiogroup', { name: 'Range' }).getByText('30 d').click();
  await expect(page.getByText('The server does not answer')).toBeVisible();
  await expect(deployments).toHaveAttribute('value', '90');
  const second = await serve(prepared('OUTAGE'), new URL(first.address).host);
  try {
    await expect(page.getByText('The server does not answer')).toHaveCount(0);
    await expect(deployments).toHaveAttribute('value', '30');
  } finally {
    await second.stop();
  }
});

test('no answer at the first load: a clear page, and a way to ask again', async ({ page }) => {
  await page.route('**/api/v1/**', (route) => route.abort());
  await page.goto('/');
  const told = page.getByRole('alert');
  await expect(told.getByRole('heading')).toHaveText('No figures yet');
  await expect(told).toContainText('weir serve');
  await page.unroute('**/api/v1/**');
  await told.getByRole('button', { name: 'Ask again now' }).click();
  await figuresShown(page);
  await expect(told).toHaveCount(0);
});

test('the server answers, but not with figures: the page says so and keeps asking', async ({ page }) => {
  await page.route('**/api/v1/answers*', (route) => route.fulfill({ status: 503, body: 'busy' }));
  await page.goto('/');
  await expect(page.getByRole('alert')).toContainText('503');
  await page.unroute('**/api/v1/answers*');
  await figuresShown(page);
});
