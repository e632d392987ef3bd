/** Light, dark, or as the system has it. */

import type { Page } from '@playwright/test';
import { expect, figuresShown, openOverview, test } from './fixture';
import { ground } from './ground';

const scheme = (page: Page) => page.locator('html').getAttribute('data-mantine-color-scheme');

test('dark is chosen, and stays over a reload', async ({ page }) => {
  await openOverview(page);
  expect(await ground(page)).toBeGreaterThan(200);
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('Dark');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  expect(await ground(page)).toBeLessThan(60);
  await page.reload();
  await figuresShown(page);
  expect(await scheme(page)).toBe('dark');
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('Light');
  await expect.poll(() => ground(page)).toBeGreaterThan(200);
});

test.describe('before the page’s scripts', () => {
  test.use({ trouble: true });

  test('the ground is dark already, so that it does not flash white', async ({ page }) => {
    await openOverview(page);
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('Dark');
    await expect.poll(() => scheme(page)).toBe('dark');
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.reload();
    expect(await scheme(page)).toBe('dark');
    expect(await ground(page)).toBeLessThan(60);
  });
});

test.describe('a dark system', () => {
  test.use({ colorScheme: 'dark' });

  test('has a dark page, unless light is chosen', async ({ page }) => {
    await openOverview(page);
    expect(await ground(page)).toBeLessThan(60);
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('Light');
    await expect.poll(() => ground(page)).toBeGreaterThan(200);
    await page.reload();
    await figuresShown(page);
    expect(await ground(page)).toBeGreaterThan(200);
  });
});
