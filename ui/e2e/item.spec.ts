/** One item on its way: the page says what `weir item` says, as a bar, as a table and on a phone as a list. */

import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { expect, test } from './fixture';
import { streamFigures, told } from './streams';
import { lastMonths } from './windows';

type Timeline = {
  item: string;
  lead: number | null;
  active: number | null;
  waiting: number | null;
  intervals: {
    n: number;
    owner: string | null;
    class: string;
    start: string;
    end: string | null;
    seconds: number;
  }[];
  handoffs: { from: string | null; to: string | null }[];
  returns: { at: string | null }[];
  changes: { id: string }[];
};

const { from, to } = lastMonths(3);

/** The finished item with the longest single wait. */
async function waited(): Promise<Timeline> {
  const { worst } = await told<{ worst: { item: string; open: boolean }[] }>(
    'handoffs',
    '--from',
    from,
    '--to',
    to,
  );
  const found = worst.find(({ open }) => !open);
  if (!found) throw new Error('nothing waited in the demo');
  return told<Timeline>('item', found.item);
}

async function openItem(page: Page, item: string, more = '') {
  await page.goto(`/item?item=${encodeURIComponent(item)}${more}`);
  await expect(page.locator('.figures[aria-busy="false"]')).toBeVisible();
}

test('its intervals tile its time, and every number is the command line’s', async ({ page }) => {
  const item = await waited();
  await openItem(page, item.item);
  await expect(page).toHaveTitle(`${item.item} · Weir`);
  const figures = await streamFigures(page);
  const value = (name: string) => figures.find(({ figure }) => figure === name)?.value;
  expect([value('lead'), value('active'), value('waiting')]).toEqual([item.lead, item.active, item.waiting]);
  expect([value('handoffs'), value('returns')]).toEqual([
    item.handoffs.length,
    new Set(item.returns.map(({ at }) => at)).size, // one step back may undo what left several stages
  ]);
  const intervals = figures.filter(({ figure }) => figure === 'interval');
  expect(intervals.map(({ of, value: seconds }) => [Number(of), seconds])).toEqual(
    item.intervals.map(({ n, seconds }) => [n, seconds]),
  );
  const sum = intervals.reduce((all, { value: seconds }) => all + seconds, 0);
  expect(sum).toBeCloseTo(item.lead ?? NaN, 2);
  await expect(page.locator('table.transfers tbody tr')).toHaveCount(item.handoffs.length);
});

test('the bar has a piece for each interval and a lane for each group', async ({ page }) => {
  const item = await waited();
  const owners = new Set(item.intervals.map(({ owner }) => owner));
  for (const more of ['', '&scale=steps']) {
    await openItem(page, item.item, more);
    await expect(page.locator('.piece')).toHaveCount(item.intervals.length);
    await expect(page.locator('.piece.waiting')).toHaveCount(
      item.intervals.filter((one) => one.class === 'waiting').length,
    );
    await expect(page.locator('.lane-name')).toHaveCount(owners.size);
    const bar = await page.locator('.lanes').boundingBox();
    const last = await page.locator('.piece').last().boundingBox();
    expect(Math.abs((last?.x ?? 0) + (last?.width ?? 0) - (bar?.x ?? 0) - (bar?.width ?? 0))).toBeLessThan(3);
  }
  await page.getByText('To scale').click();
  await expect(page).not.toHaveURL(/scale=/);
});

test('on a phone the way is a list from the top down', async ({ page }) => {
  const item = await waited();
  await page.setViewportSize({ width: 360, height: 740 });
  await openItem(page, item.item);
  await expect(page.locator('.item-bar')).toBeHidden();
  const rows = page.locator('table.way tbody tr');
  await expect(rows).toHaveCount(item.intervals.length);
  const longest = item.intervals.reduce(
    (a, b, i) => (b.seconds > (item.intervals[a]?.seconds ?? 0) ? i : a),
    0,
  );
  const heights = await rows.evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
  expect(heights[longest]).toBe(Math.max(...heights));
});

for (const width of [360, 1280, 2560]) {
  test(`${width} px wide: no scrolling sideways`, async ({ page }) => {
    const item = await waited();
    await page.setViewportSize({ width, height: width < 500 ? 740 : 1000 });
    await openItem(page, item.item);
    const beyond = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(beyond).toBeLessThanOrEqual(0);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('accessible', async ({ page }) => {
      await openItem(page, (await waited()).item);
      await expectAccessible(page);
    });
  });
}

test.describe('an item that is not there', () => {
  test.use({ trouble: true }); // the API says that there is none, and the browser tells of that

  test('is told, and another one can be asked for', async ({ page }) => {
    const item = await waited();
    await page.goto('/item?item=NOWHERE-1');
    await expect(page.getByRole('alert')).toContainText('NOWHERE-1');
    await expectAccessible(page);
    await page.getByLabel('Which ticket, change or incident?').fill(item.item);
    await page.getByRole('button', { name: 'Show its way' }).click();
    await expect(page).toHaveTitle(`${item.item} · Weir`);
    await expect(page.locator('table.way tbody tr')).toHaveCount(item.intervals.length);
  });
});
