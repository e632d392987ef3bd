/** The value stream map: measured, drawn, tried out, taken away, and on the overview as one bar. */

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { expect, openOverview, test } from './fixture';
import { prepared } from './setup';
import { expectedFigure, openMap, streamFigures, streamTold, told } from './streams';
import { lastMonths, search } from './windows';

const quarter = lastMonths(3);
const window = ['--from', quarter.from, '--to', quarter.to];

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('every figure of the page is what weir stream says', async ({ page }) => {
  for (const [figure, team] of [
    ['p50', null],
    ['mean', 'payments'],
  ] as const) {
    await openMap(page, search(quarter, `&figure=${figure}${team === null ? '' : `&team=${team}`}`));
    const stream = await streamTold(...window, ...(team === null ? [] : ['--team', team]));
    const data = await streamFigures(page);
    expect(data.length).toBeGreaterThan(8 * stream.stages.length);
    const wrong = data.filter((datum) => expectedFigure(stream, datum) !== datum.value);
    expect(wrong).toEqual([]);
    expect(data.filter(({ figure: name }) => name === `waiting.${figure}`).length).toBeGreaterThan(3);
    // Each box of the drawing is a stage, in the order of the work.
    await expect(page.locator('.map .map-stage')).toHaveCount(stream.stages.length);
  }
});

test('the database administrators’ queue is named as the constraint', async ({ page }) => {
  await openMap(page);
  const { constraint, stages } = await streamTold();
  const longest = stages.find(({ stage }) => stage === constraint.waiting);
  expect(`${longest?.stage} ${longest?.owner}`).toMatch(/dba|database/i);
  await expect(page.locator('.sentence')).toContainText(`The longest wait is in ${longest?.title ?? '–'}`);
  const box = page.locator('.map .map-stage').filter({ hasText: 'constraint' });
  await expect(box).toHaveCount(1);
  await expect(box).toContainText(longest?.title.split(' ')[0] ?? '–');
});

test('a box opens the stage: its figures, its items, and the page of one of them', async ({ page }) => {
  await openMap(page, search(quarter));
  const stream = await streamTold(...window);
  const most = stream.stages.reduce((a, b) => (b.n > a.n ? b : a));
  const place = stream.stages.indexOf(most);
  await page.locator('.map .map-stage').nth(place).click();
  await expect(page).toHaveURL(new RegExp(`open=items.*stage=${most.stage}|stage=${most.stage}.*open=items`));
  const panel = page.getByRole('dialog', { name: most.title });
  await expect(panel.locator('.item-name').first()).toBeVisible();
  const data = await streamFigures(page, '[role="dialog"]');
  const ofStage = data.filter(({ figure }) =>
    /^(lead|process|waiting|n$|wip|arrivals|accuracy)/.test(figure),
  );
  expect(ofStage.length).toBeGreaterThan(10);
  expect(ofStage.filter((datum) => expectedFigure(stream, datum) !== datum.value)).toEqual([]);
  await expect(panel.locator('.total')).toHaveText(`${most.n.toLocaleString('en-GB')} items`);
  await panel.getByRole('tab', { name: 'Open now' }).click();
  await expect(page).toHaveURL(/tab=open/);
  await expect(panel.locator('.item-name, .nodata').first()).toBeVisible();
  await panel.getByRole('tab', { name: 'Done' }).click();
  const link = panel.locator('.item-name a[href^="/item?"]').first();
  await expect(link).toHaveAttribute('href', /[?&]item=[^&]+/);
  await link.click();
  await expect(page).toHaveURL(/\/item\?.*item=/);
  await page.goBack();
  await expect(panel).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(page).not.toHaveURL(/open=/);
});

test('what if: a slider asks, the address keeps it, and reset takes it back', async ({ page }) => {
  await openMap(page, search(quarter));
  const { constraint, stages } = await streamTold(...window);
  const longest = stages.find(({ stage }) => stage === constraint.waiting);
  const name = `How much of the wait in ${longest?.title ?? '–'} is left, in per cent`;
  const slider = page.getByRole('slider', { name });
  await expect(slider).toHaveAttribute('aria-valuenow', '100');
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(page).toHaveURL(new RegExp(`change=${longest?.stage ?? '–'}:0%25`));
  await expect(page.locator('.gain')).toBeVisible();
  await expect(slider).toBeFocused();
  type Said = { before: Record<string, number>; after: Record<string, number>; gain: Record<string, number> };
  const said = await told<Said>('whatif', '--stage', constraint.waiting ?? '', '--wait', '0%', ...window);
  const data = await streamFigures(page, '.what-if-result');
  for (const { figure, value } of data.filter(({ figure: one }) => /^(before|after|gain)\./.test(one))) {
    const [part = '', field = ''] = figure.split('.');
    expect(value, figure).toBe(said[part as keyof Said][field]);
  }
  expect(said.after.mean ?? NaN).toBeLessThan(said.before.mean ?? NaN);
  expect(said.gain.item_days).toBeGreaterThan(0);
  await page.reload();
  await expect(page.locator('.gain')).toBeVisible();
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(page).not.toHaveURL(/change=/);
  await expect(page.getByText('Nothing is changed yet.')).toBeVisible();
});

test('the map is taken away as a picture and as a drawing', async ({ page }) => {
  await openMap(page, search(quarter, '&team=payments'));
  const take = async (kind: string) => {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: `Save as ${kind}` }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toBe(`value-stream-delivery-${quarter.from}.${kind.toLowerCase()}`);
    return readFile(await file.path());
  };
  const picture = await take('PNG');
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect(picture.readUInt32BE(16), 'pixels wide').toBeGreaterThan(1400);
  expect(picture.length).toBeGreaterThan(20_000);
  const drawing = (await take('SVG')).toString();
  expect(drawing).toContain('only team payments');
  expect(drawing).toContain('Value stream: Delivery');
  expect(drawing).not.toContain('var(');
  expect(drawing).not.toContain('href');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    for (const width of [360, 1280, 2560]) {
      test(`${width} px wide: nothing scrolls sideways, and all can use it`, async ({ page }) => {
        await page.setViewportSize({ width, height: width < 500 ? 740 : 1000 });
        await openMap(page);
        await expect(page.locator(width < 500 ? '.map-list' : '.map')).toBeVisible();
        await expect(page.locator(width < 500 ? '.map' : '.map-list')).toBeHidden();
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        await expectAccessible(page);
        await page
          .getByRole('link', { name: 'Left out' })
          .or(page.locator('.sentence a').first())
          .first()
          .click();
        await expect(page.getByRole('dialog')).toBeVisible();
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        await expectAccessible(page, '[role="dialog"]');
      });
    }
  });
}

test('the switch of figures and the stream stand in the address, and what is wrong in it is told', async ({
  page,
}) => {
  await openMap(page);
  await page.getByRole('radiogroup', { name: 'Figures' }).getByText('mean').click();
  await expect(page).toHaveURL(/figure=mean/);
  await expect(page.locator('.map text').first()).toContainText('mean of');
  await page.getByRole('combobox', { name: 'Stream' }).selectOption('incidents');
  await expect(page).toHaveURL(/stream=incidents/);
  await expect(page.locator('.map text').first()).toContainText('Incidents');
  await openMap(page, '?figure=p99&change=review');
  await expect(page.getByRole('alert')).toContainText('“figure=p99”');
  await expect(page.getByRole('alert')).toContainText('“change=review”');
  await page.goto('/value-stream?open=items&stage=nowhere');
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('There is no stage “nowhere”');
});

test('empty is explained', async ({ page }) => {
  await page.goto(`${prepared('EMPTY')}/value-stream`);
  await expect(page.getByRole('alert')).toContainText('There are no records at all');
  await expect(page.locator('.map-list')).toHaveCount(0);
});

test('the overview’s bar is the whole, and leads to the map and to the handoffs', async ({ page }) => {
  await openOverview(page, search(quarter));
  const way = page.locator('.way');
  await expect(way.locator('.waits ol')).toHaveCount(2);
  const data = await streamFigures(page, '.way');
  const parts = data.filter(({ figure }) => figure.startsWith('way.'));
  const ofStages = parts.filter(({ of }) => of !== null);
  expect(ofStages.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1, 2);
  const stream = await streamTold(...window);
  const reasons = data.filter(({ figure }) => figure.startsWith('reason.'));
  expect(reasons.length).toBe(6);
  expect(reasons.filter((datum) => expectedFigure(stream, datum) !== datum.value)).toEqual([]);
  await way.locator('.waits ol').last().getByRole('link').first().click();
  await expect(page).toHaveURL(/\/handoffs\?.*from_group=/);
  await page.goBack();
  await way.locator('.waits ol').first().getByRole('link').first().click();
  await expect(page).toHaveURL(/\/value-stream\?.*reason=/);
  await expect(page.getByRole('dialog').locator('.item-name').first()).toBeVisible();
});

test('the navigation leads to each page, and the window goes along', async ({ page }) => {
  await openOverview(page, search(quarter, '&team=payments&open=lead_time'));
  await page.keyboard.press('Escape');
  for (const name of ['Value stream', 'Handoffs', 'Flow']) {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
    await expect(page).toHaveTitle(`${name} · Weir`);
    await expect(page).toHaveURL(new RegExp(`from=${quarter.from}&to=${quarter.to}&team=payments$`));
    await expect(page.locator('[aria-current="page"]')).toHaveText(name);
  }
});
