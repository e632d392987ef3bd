/** The address is the page's whole state: filters write it, and whoever has it sees the same. */

import type { Page } from '@playwright/test';
import { expect, figuresShown, openOverview, test, watch } from './fixture';
import { figuresOn } from './figures';
import { lastMonths, search } from './windows';

const quarter = lastMonths(3);

const headline = (page: Page, metric: string) => page.locator(`#${metric} .key-value data`).first();

async function choose(page: Page, kind: string, name: string) {
  await page.getByRole('combobox', { name: kind, exact: true }).click();
  await page.getByRole('option', { name, exact: true }).click();
  await page.keyboard.press('Escape');
}

/** Every figure of a page in one text, to tell two pages apart. */
async function allFigures(page: Page) {
  return (await figuresOn(page)).map((datum) => Object.values(datum).join(' ')).join('\n');
}

test('filters change the address and the figures; back undoes; the address alone brings them again', async ({
  page,
  browser,
  baseURL,
}) => {
  await openOverview(page, search(quarter));
  const deployments = headline(page, 'deployment_frequency');
  const whole = await deployments.getAttribute('value');
  await choose(page, 'Team', 'checkout');
  await expect(page).toHaveURL(/[?&]team=checkout(&|$)/);
  await expect(deployments).not.toHaveAttribute('value', whole ?? '');
  await figuresShown(page);
  const ofTeam = await deployments.getAttribute('value');
  await choose(page, 'Service', 'cart');
  await expect(page).toHaveURL(/[?&]team=checkout&service=cart(&|$)/);
  await expect(deployments).not.toHaveAttribute('value', ofTeam ?? '');
  await figuresShown(page);
  await expect(page.locator('.in-words')).toContainText('only team checkout; service cart');
  const narrow = await allFigures(page);

  const other = await browser.newContext();
  const elsewhere = await other.newPage();
  const wrong = watch(elsewhere);
  await elsewhere.goto(new URL(page.url()).href.replace(/^https?:\/\/[^/]+/, baseURL ?? ''));
  await figuresShown(elsewhere);
  expect(await allFigures(elsewhere)).toBe(narrow);
  expect(wrong).toEqual([]);
  await other.close();

  await page.reload();
  await figuresShown(page);
  expect(await allFigures(page)).toBe(narrow);

  await page.goBack();
  await expect(page).not.toHaveURL(/service=/);
  await expect(deployments).toHaveAttribute('value', ofTeam ?? '');
  await page.goBack();
  await expect(page).not.toHaveURL(/team=/);
  await expect(deployments).toHaveAttribute('value', whole ?? '');
  await page.goForward();
  await expect(deployments).toHaveAttribute('value', ofTeam ?? '');
  await page.getByRole('link', { name: 'Show everything again' }).click();
  await expect(page).not.toHaveURL(/team=/);
  await expect(deployments).toHaveAttribute('value', whole ?? '');
});

test('range, comparison, bucket and benchmark stand in the address', async ({ page }) => {
  await openOverview(page);
  await page.getByRole('radiogroup', { name: 'Range' }).getByText('180 d').click();
  await expect(page).toHaveURL(/from=180d/);
  await page.getByRole('combobox', { name: 'Compared with' }).selectOption('the year before');
  await expect(page).toHaveURL(/compare=year/);
  await page.getByRole('combobox', { name: 'By', exact: true }).selectOption('month');
  await expect(page).toHaveURL(/every=month/);
  await figuresShown(page);
  await expect(page.locator('data[data-every="month"]').first()).toBeAttached();
  await page.getByRole('combobox', { name: 'Benchmark' }).selectOption('2025');
  await expect(page).toHaveURL(/benchmark=2025/);
  await expect(page.locator('.source', { hasText: 'Benchmark' })).toContainText('2025');
  await expect(page.locator('.levels')).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Benchmark' }).selectOption('2021');
  await expect(page.locator('#lead_time .levels')).toContainText('elite');
  await page.getByRole('button', { name: 'As a table' }).click();
  await expect(page).toHaveURL(/table=/);
  await expect(page.getByRole('table', { name: 'Speed and stability by month' })).toBeInViewport();
});

test('dates of one’s own: the last day is chosen, and counted', async ({ page }) => {
  await openOverview(page, search(quarter));
  await page.locator('.range').getByRole('button').click();
  const calendar = page.getByRole('dialog');
  // The month before this one is over, whatever day it is today.
  await calendar.locator('button[data-direction="previous"]').click();
  const days = calendar.locator('button[aria-label]:not([data-outside]):not([data-disabled])');
  const third = days.filter({ hasText: /^3$/ });
  const month = new Date(`${(await third.getAttribute('aria-label')) ?? ''} UTC`).toISOString().slice(0, 8);
  await third.click();
  await days.filter({ hasText: /^5$/ }).click();
  await expect(page).toHaveURL(new RegExp(`from=${month}03&to=${month}06`));
  await figuresShown(page);
  await expect(page.locator('#deployment_frequency [data-figure="days"]').first()).toHaveAttribute(
    'value',
    '3',
  );
});

test('what is wrong in the address is told in sentences, and the page goes on', async ({ page }) => {
  await openOverview(page, '?every=yearly&from=soon&benchmark=best&colour=red');
  const told = page.getByRole('alert');
  await expect(told).toContainText('“every=yearly” in the address is not understood');
  await expect(told).toContainText('“from=soon” in the address is not understood');
  await expect(told).toContainText('“benchmark=best”');
  await expect(told).toContainText('“colour” in the address means nothing here');
  await told.getByRole('link', { name: 'Start again' }).click();
  await expect(told).toHaveCount(0);
  await expect(page).toHaveURL(/\/$/);
});

test('a group that there is not is told with those that there are', async ({ page }) => {
  await openOverview(page, '?team=no-such-team');
  const told = page.getByRole('alert');
  await expect(told).toContainText(/No team "no-such-team"; there are: accounts/);
  await told.getByRole('link', { name: 'take the filters away' }).click();
  await expect(told).toHaveCount(0);
  await expect(headline(page, 'lead_time')).toBeVisible();
});

test('a drawer that cannot open says why', async ({ page }) => {
  await openOverview(page, '?open=velocity');
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('There is no metric “velocity”');
  await openOverview(page, '?open=lead_time&bucket=2001-01-01T00:00:00Z');
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('is not the start of a week');
});

test.describe('what the server refuses', () => {
  test.use({ trouble: true });

  test('a window that ends before it begins', async ({ page }) => {
    await page.goto('/?from=2026-03-01&to=2026-02-01');
    await expect(page.getByRole('alert')).toContainText('2026');
    await expect(page.getByRole('link', { name: 'Start again' })).toBeVisible();
  });

  test('an unknown path says that there is no such page', async ({ page }) => {
    const answer = await page.goto('/no/such/page');
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
    await page.getByRole('link', { name: 'Open the overview' }).click();
    await figuresShown(page);
  });
});
