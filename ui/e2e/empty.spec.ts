/** Empty is explained, and nothing is written as zero that is not known. */

import { expect, figuresShown, test } from './fixture';
import { prepared } from './setup';
import { figuresOn } from './figures';

test('no records at all: what to do next', async ({ page }) => {
  await page.goto(prepared('EMPTY'));
  await figuresShown(page);
  const told = page.getByRole('alert');
  await expect(told).toContainText('There is nothing in this window');
  await expect(told).toContainText('There are no records at all');
  await expect(told.getByText('weir import PATH')).toBeVisible();
  await expect(page.locator('.sentence')).toContainText('nothing was deployed to production');
  await expect(page.getByText('simulated company')).toHaveCount(0);
  for (const metric of [
    'lead_time',
    'change_failure_rate',
    'recovery_time',
    'rework_rate',
    'time_to_restore',
  ]) {
    await expect(page.locator(`#${metric} .key-value .value`)).toHaveText(/^no data/);
  }
  // Counts are 0; a duration or a ratio of nothing is not.
  const known = (await figuresOn(page)).filter(({ metric }) => metric !== 'deployment_frequency');
  expect(known.filter(({ figure }) => !['n', 'numerator', 'denominator'].includes(figure))).toEqual([]);
  await page.locator('#lead_time .key-value a').click();
  await expect(page.getByRole('dialog')).toContainText('No items in this window.');
});

test('deployments, but none to production: the environments that there are', async ({ page }) => {
  await page.goto(prepared('ELSEWHERE'));
  await figuresShown(page);
  const told = page.getByRole('alert');
  await expect(told).toContainText('There is nothing in this window');
  await expect(told).toContainText('sandbox');
  await expect(told).toContainText('stage');
  await expect(page.locator('.sentence')).toContainText('nothing was deployed to production');
});
