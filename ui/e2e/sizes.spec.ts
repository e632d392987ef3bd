/** From a phone to a wall: nothing is cut, nothing scrolls sideways. */

import type { Page } from '@playwright/test';
import { expect, openOverview, test } from './fixture';

const overflow = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });

for (const width of [360, 768, 2560]) {
  test(`${width} px wide: no scrolling sideways, and everything can be reached`, async ({ page }) => {
    await page.setViewportSize({ width, height: width < 500 ? 740 : 1000 });
    await openOverview(page);
    await expect(page.locator('.panels-drawing svg')).toBeVisible();
    expect(await overflow(page), 'pixels beyond the right edge').toBeLessThanOrEqual(0);
    const controls = page.locator(
      'header a, header select, .filters select, .filters input[role="combobox"]',
    );
    expect(await controls.count()).toBeGreaterThan(6);
    const figures = page.locator('.key-value a, .stage-table a:not([tabindex="-1"]), .sentence a');
    expect(await figures.count()).toBeGreaterThan(15);
    for (const one of [...(await controls.all()), ...(await figures.all())]) {
      const box = await one.boundingBox();
      expect(
        box,
        `${await one.evaluate((element) => element.outerHTML.slice(0, 120))} has no place`,
      ).not.toBeNull();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    await page.locator('#change_failure_rate .key-value a').click();
    const drawer = page.getByRole('dialog');
    await expect(drawer.locator('table.items')).toBeVisible();
    const box = await drawer.boundingBox();
    expect(Math.round((box?.x ?? 0) + (box?.width ?? 0))).toBe(width);
    expect(await overflow(page), 'with the drawer open').toBeLessThanOrEqual(0);
    await drawer.getByRole('button', { name: 'Close' }).click();
    await expect(drawer).toHaveCount(0);
  });
}

test('a wide screen is used: the panels stand beside the keys', async ({ page }) => {
  await page.setViewportSize({ width: 2560, height: 1300 });
  await openOverview(page);
  const keys = await page.locator('table.keys').boundingBox();
  const together = await page.locator('.together').boundingBox();
  expect(together?.x ?? 0).toBeGreaterThan((keys?.x ?? 0) + (keys?.width ?? 0));
  expect(Math.abs((together?.y ?? 0) - (keys?.y ?? 0))).toBeLessThan(120);
});

test('twice the text size on a phone-wide window', async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 900 });
  await openOverview(page);
  await page.addStyleTag({ content: 'html { font-size: 200%; }' });
  expect(await overflow(page)).toBeLessThanOrEqual(0);
});
