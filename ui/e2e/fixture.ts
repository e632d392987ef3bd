/** What every test has: a page on which nothing may go wrong unseen. */

import { test as base, expect, type Page } from '@playwright/test';

type Options = {
  /** Whether this test takes the API away: then requests fail, and the browser says so. */
  trouble: boolean;
};

type Watched = { requests: string[] };

export const test = base.extend<Options & { watched: Watched }>({
  trouble: [false, { option: true }],
  watched: [
    async ({ page, trouble }, use) => {
      const requests: string[] = [];
      const wrong = watch(page, requests);
      await use({ requests });
      const unexpected = trouble ? wrong.filter((one) => one.startsWith(pageError)) : wrong;
      expect(unexpected, 'errors on the page, in the console, and failed requests').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

const pageError = 'error on the page';

/** Notes each request, and what went wrong: errors on the page or in the console, requests without a good answer. */
export function watch(page: Page, requests: string[] = []): string[] {
  const wrong: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => wrong.push(`${pageError}: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    // A question that a newer one replaced is given up by the page itself.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') wrong.push(`failed: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) wrong.push(`${response.status()}: ${response.url()}`);
  });
  return wrong;
}

/** Waits until the page shows the figures of its address, and not those of the address before. */
export async function figuresShown(page: Page) {
  await expect(page.locator('.figures[aria-busy="false"]')).toBeVisible();
  await expect(page.locator('table.keys > tbody > tr')).toHaveCount(6);
  await expect(page.locator('.figures.stale')).toHaveCount(0);
}

/** Opens an address of the overview and waits for its figures. */
export async function openOverview(page: Page, search = '') {
  await page.goto(`/${search}`);
  await figuresShown(page);
}
