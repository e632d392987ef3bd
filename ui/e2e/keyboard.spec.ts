/** Everything by keyboard alone, and always to be seen where one is. */

import type { Page } from '@playwright/test';
import { expect, figuresShown, openOverview, test } from './fixture';

/** What has the focus, in words; null where nothing on the page shows it. */
function focusMark(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return '';
    // A hidden radio shows its focus on its label, a field of several values on its frame.
    const around = [
      element,
      element.nextElementSibling,
      element.parentElement,
      element.parentElement?.parentElement,
    ];
    const look = () => {
      for (const animation of document.getAnimations()) animation.finish();
      return around
        .filter((one) => one instanceof Element)
        .map((one) => {
          const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(one);
          return [outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor].join(' ');
        })
        .join('; ');
    };
    const focused = look();
    element.blur();
    const blurred = look();
    element.focus({ preventScroll: true });
    return focused === blurred
      ? null
      : `${element.tagName} ${element.ariaLabel ?? ''} ${element.textContent}`;
  });
}

/** Tabs on until something has the focus that a locator finds; on the way each stop has to show itself. */
async function tabTo(page: Page, selector: string, most = 80): Promise<string[]> {
  const stops: string[] = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const mark = await focusMark(page);
    expect(mark, `the focus after ${stops.at(-1) ?? 'the start'} is not to be seen`).not.toBeNull();
    stops.push(mark ?? '');
    if ((await page.locator(`${selector}:focus`).count()) > 0) return stops;
  }
  throw new Error(`${selector} is not reached by ${most} times Tab. The stops: ${stops.join(' | ')}`);
}

test('the skip link leads to the figures', async ({ page }) => {
  await openOverview(page);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the figures' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});

test('filters, the drawer and back, by keyboard alone', async ({ page }) => {
  await openOverview(page);
  await tabTo(page, '.filters input[type="radio"]');
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/from=180d/);
  await figuresShown(page);
  await tabTo(page, '.group-select input[role="combobox"]');
  await page.keyboard.type('shop');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/product=shop/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Backspace');
  await expect(page).not.toHaveURL(/product=/);
  await figuresShown(page);
  await tabTo(page, '#lead_time .key-value a');
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Lead time for changes' });
  await expect(drawer).toBeVisible();
  await expect(drawer.locator('table.items')).toBeVisible();
  await tabTo(page, '[role="tab"]', 5);
  await page.keyboard.press('ArrowRight');
  await expect(drawer.getByRole('tab', { name: /^Left out/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowLeft');
  await expect(drawer.locator('table.items').first()).toBeVisible();
  await tabTo(page, '.expand', 6);
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('heading', { name: 'Evidence' })).toBeVisible();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await expect(page.locator('#lead_time .key-value a')).toBeFocused();
});

test('the drawer keeps the focus while it is open', async ({ page }) => {
  await openOverview(page, '?open=time_to_restore&tab=groups');
  const drawer = page.getByRole('dialog');
  await expect(drawer.locator('table.items').first()).toBeVisible();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null)).toBe(true);
  }
});
