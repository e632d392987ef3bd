/** The API's own description can be browsed, offline too. */

import { expect, openOverview, test } from './fixture';

test('the header leads to the API’s operations', async ({ page, watched, baseURL }) => {
  const description = (await (await page.request.get('/api/v1/openapi.json')).json()) as {
    paths: Record<string, object>;
  };
  const paths = Object.keys(description.paths);
  expect(paths.length).toBeGreaterThan(8);
  await openOverview(page);
  await page.getByRole('link', { name: 'API', exact: true }).click();
  await expect(page).toHaveURL(/\/api\/docs$/);
  for (const path of paths) {
    await expect(page.locator(`.opblock-summary-path[data-path="${path}"]`)).toBeVisible();
  }
  expect(
    watched.requests.filter((url) => !url.startsWith(`${baseURL ?? ''}/`) && !url.startsWith('data:')),
  ).toEqual([]);
});
