/** Each number opens into the rows that made it. */

import type { Locator } from '@playwright/test';
import { expect, openOverview, test } from './fixture';
import { duration } from './words';
import { lastMonths, search } from './windows';

const quarter = lastMonths(3);
const monthly = search(quarter, '&every=month');

const totalOf = async (drawer: Locator) => {
  const said = /of ([\d,]+) items?/.exec(await drawer.locator('.more').innerText());
  return Number(said?.[1]?.replaceAll(',', ''));
};

test('from a number to its items, to the stages and the evidence of one', async ({ page }) => {
  await openOverview(page, search(quarter));
  const opener = page.locator('#lead_time .key-value a');
  await opener.click();
  await expect(page).toHaveURL(/open=lead_time/);
  const drawer = page.getByRole('dialog', { name: 'Lead time for changes' });
  await expect(drawer.locator('.definition')).toContainText('first commit of a change');
  const rows = drawer.locator('table.items > tbody > tr');
  await expect(rows).toHaveCount(50);
  const n = Number(await drawer.locator('.drawer-value data[data-figure="n"]').getAttribute('value'));
  expect(await totalOf(drawer)).toBe(n);
  await drawer.getByRole('button', { name: 'Load more' }).click();
  await expect(rows).toHaveCount(100);

  for (const i of [0, 60]) {
    const row = rows.nth(i);
    const item = row.locator('data[data-figure="item"]');
    const value = Number(await item.getAttribute('value'));
    const toggle = row.getByRole('button', { name: /^Stages and evidence of/ });
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-expanded', 'true');
    const details = drawer.locator('tr.expanded');
    await expect(details.getByRole('heading', { name: 'Evidence' })).toBeVisible();
    await expect(details.locator('li').first()).toContainText('ancestry: deployment');
    const times = await details.locator('.intervals time').evaluateAll(datesOf);
    const [start, end] = await details.locator('.details').first().locator('time').evaluateAll(datesOf);
    expect(times.length).toBeGreaterThan(0);
    expect(times[0]).toBe(start);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(((end ?? NaN) - (start ?? NaN)) / 1000).toBeCloseTo(value, 3);
    // Each stage ends where the next begins: no gap, nothing twice.
    const took = await details.locator('.intervals td.num').allInnerTexts();
    const ends = [...times.slice(1), end ?? NaN];
    expect(took).toEqual(times.map((at, stage) => duration(((ends[stage] ?? NaN) - at) / 1000)));
    await toggle.click();
    await expect(details).toHaveCount(0);
  }
});

const datesOf = (elements: Element[]) =>
  elements.map((element) => Date.parse(element.getAttribute('datetime') ?? ''));

test('what was left out stands with its reasons, and opens too', async ({ page }) => {
  await openOverview(page, `${search(quarter)}&open=lead_time`);
  const drawer = page.getByRole('dialog');
  const tab = drawer.getByRole('tab', { name: /^Left out/ });
  await tab.click();
  await expect(page).toHaveURL(/tab=left-out/);
  await expect(drawer.getByRole('tabpanel')).toContainText(/Left out because|Nothing was left out/);
  const reasons = await drawer.locator('table.reasons data').evaluateAll(valuesOf);
  expect(reasons.length).toBeGreaterThan(0);
  const sum = reasons.reduce((all, one) => all + one, 0);
  await expect(tab).toHaveText(`Left out (${sum.toLocaleString('en-GB')})`);
  await expect(drawer.locator('.more')).toContainText(`of ${sum.toLocaleString('en-GB')} item`);
  const said = await drawer
    .locator('table.items:not(.reasons) > tbody > tr:first-child > td')
    .last()
    .innerText();
  const names = await drawer.locator('table.reasons th[scope="row"]').allInnerTexts();
  expect(names).toContain(said);
});

const valuesOf = (elements: Element[]) => elements.map((element) => Number(element.getAttribute('value')));

test('groups: a row for each team, in the order of their names', async ({ page }) => {
  await openOverview(page, `${search(quarter)}&open=change_failure_rate&tab=groups`);
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('table')).toHaveCount(2);
  for (const table of await drawer.getByRole('table').all()) {
    const names = await table.locator('tbody th').allInnerTexts();
    expect(names.length).toBeGreaterThan(3);
    expect([...names].sort((a, b) => (a < b ? -1 : 1))).toEqual(names);
  }
});

test('a click on a moment of a panel opens that bucket', async ({ page }) => {
  await openOverview(page, monthly);
  const drawing = page.locator('.panels-drawing');
  await expect(drawing.locator('svg')).toBeVisible();
  await drawing.scrollIntoViewIfNeeded();
  const box = await drawing.boundingBox();
  // The middle of the first panel, which is lead time's, is the second of three months.
  await drawing.click({ position: { x: (box?.width ?? 0) / 2 + 20, y: 90 } });
  await expect(page).toHaveURL(/open=lead_time&bucket=\d{4}-\d{2}-01T00:00:00Z/);
  const bucket = new URL(page.url()).searchParams.get('bucket') ?? '';
  const month = bucket.slice(0, 7);
  expect(month > quarter.from.slice(0, 7) && month < quarter.to.slice(0, 7)).toBe(true);
  const drawer = page.getByRole('dialog');
  const median = page.locator(`data[data-metric="lead_time"][data-figure="p50"][data-bucket="${bucket}"]`);
  const value = await median.first().getAttribute('value');
  await expect(drawer.locator('.drawer-value data[data-figure="p50"]')).toHaveAttribute('value', value ?? '');
  await expect(drawer.locator('table.items')).toBeVisible();
  const ends = await drawer.locator('table.items > tbody > tr > td:nth-child(3) time').evaluateAll(datesOf);
  expect(ends.length).toBeGreaterThan(10);
  for (const end of ends) expect(new Date(end).toISOString().slice(0, 7)).toBe(month);
});

test('a stage opens with its own column', async ({ page }) => {
  await openOverview(page, search(quarter));
  await page.locator('.stage-table').getByRole('link', { name: 'Review', exact: true }).click();
  await expect(page).toHaveURL(/open=lead_time&stage=review/);
  const drawer = page.getByRole('dialog');
  await expect(drawer.locator('.drawer-stage')).toContainText('Review');
  await expect(drawer.getByRole('columnheader', { name: 'Review' })).toBeVisible();
  const has = page.locator('td:nth-child(4)', { hasText: /\d/ });
  const row = drawer.locator('table.items > tbody > tr').filter({ has }).first();
  const shown = await row.locator('td:nth-child(4)').innerText();
  await row.getByRole('button').click();
  const inReview = page.locator('th', { hasText: /^Review \(active\)$/ });
  const line = drawer.locator('.intervals tbody tr').filter({ has: inReview });
  await expect(line.locator('td.num')).toHaveText(shown);
});

test('Escape and back close the drawer; the focus returns; the address opens it again', async ({ page }) => {
  await openOverview(page, search(quarter));
  const opener = page.locator('#recovery_time .key-value a');
  await opener.focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await expect(drawer).toBeVisible();
  await expect(drawer.locator(':focus')).toHaveCount(1);
  const address = page.url();
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await expect(page).not.toHaveURL(/open=/);
  await expect(opener).toBeFocused();
  await page.goto(address);
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText(/recovery/i);
  await drawer.getByRole('button', { name: 'Close' }).click();
  await expect(drawer).toHaveCount(0);
});
