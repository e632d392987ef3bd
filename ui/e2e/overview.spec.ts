/** The first load: what is there, how calmly it comes, and how little it asks for. */

import { expect, openOverview, test } from './fixture';

test('the first load shows six keys, asks little, and nobody else', async ({ page, watched, baseURL }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await openOverview(page);
  await expect(page.locator('.panels-drawing svg')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeAttached();
  for (const name of ['The keys', 'Where the lead time goes', 'Speed and stability together']) {
    await expect(page.getByRole('heading', { level: 2, name })).toBeVisible();
  }
  const rows = page.locator('table.keys > tbody > tr');
  for (const row of await rows.all()) {
    await expect(row.locator('.key-value data').first()).toBeVisible();
    await expect(row.locator('.key-trend svg')).toBeVisible();
    await expect(row.locator('.key-spread svg')).toBeVisible();
  }
  await expect(page.getByText('simulated company')).toBeVisible();
  const shift = await page.evaluate(() =>
    (window as unknown as { shifts: number[] }).shifts.reduce((sum, one) => sum + one, 0),
  );
  expect(shift, 'cumulative layout shift').toBeLessThan(0.1);
  const foreign = watched.requests.filter(
    (url) => !url.startsWith(`${baseURL ?? ''}/`) && !url.startsWith('data:'),
  );
  expect(foreign, 'requests to other hosts').toEqual([]);
  const api = watched.requests.filter((url) => url.includes('/api/'));
  expect(api.length, api.join('\n')).toBeLessThanOrEqual(8);
});

test('the pages have no way to other hosts', async ({ page }) => {
  const answer = await page.request.get('/');
  expect(answer.headers()['content-security-policy']).toContain("default-src 'self'");
});
