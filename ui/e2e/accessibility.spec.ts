/** Axe finds nothing serious on any state of the page, in light and in dark. */

import { expectAccessible } from './axe';
import { expect, figuresShown, openOverview, test } from './fixture';
import { prepared } from './setup';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('the overview, with the panels drawn and as a table', async ({ page }) => {
      await openOverview(page, '?compare=year');
      await expect(page.locator('.panels-drawing svg')).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'As a table' }).click();
      await expect(page).toHaveURL(/table=/);
      await expectAccessible(page);
    });

    test('the drawer, on each of its tabs', async ({ page }) => {
      await openOverview(page, '?open=lead_time');
      const drawer = page.getByRole('dialog');
      await drawer
        .getByRole('button', { name: /^Stages and evidence/ })
        .first()
        .click();
      await expect(drawer.getByRole('heading', { name: 'Evidence' })).toBeVisible();
      await expectAccessible(page, '[role="dialog"]');
      for (const tab of ['Left out', 'Groups']) {
        await drawer.getByRole('tab', { name: tab }).click();
        await expect(drawer.locator('table.items').first()).toBeVisible();
        await expectAccessible(page, '[role="dialog"]');
      }
    });

    test('nothing to show, and something wrong in the address', async ({ page }) => {
      await page.goto(`${prepared('EMPTY')}?every=yearly`);
      await figuresShown(page);
      await expect(page.getByRole('alert')).toHaveCount(2);
      await expectAccessible(page);
    });

    test('the calendar', async ({ page }) => {
      await openOverview(page);
      await page.locator('.range').getByRole('button').click();
      await expect(page.getByRole('dialog').getByRole('table')).toBeVisible();
      await expectAccessible(page, '[role="dialog"]');
    });

    test.describe('without the API', () => {
      test.use({ trouble: true });

      test('the first load fails, and there is no such page', async ({ page }) => {
        await page.route('**/api/v1/**', (route) => route.abort());
        await page.goto('/');
        await expect(page.getByRole('heading', { name: 'No figures yet' })).toBeVisible();
        await expectAccessible(page);
        await page.goto('/no/such/page');
        await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
        await expectAccessible(page);
      });
    });
  });
}
