import type { Page } from '@playwright/test';

/** How light the page's ground is, from 0 to 255. */
export const ground = (page: Page) =>
  page.evaluate(() => {
    const [r = 0, g = 0, b = 0] = (getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? []).map(
      Number,
    );
    return (r + g + b) / 3;
  });
