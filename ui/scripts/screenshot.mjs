// Makes the README's picture from a running demo: docs/overview.png, the top of the overview in light.
import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { browserArguments, findBrowser } from './browser.mjs';
import { fillDemo, scratch, serve } from './weir.mjs';

const target = fileURLToPath(new URL('../../docs/overview.png', import.meta.url));
const width = 1400; // CSS pixels, at one pixel each
const most = { height: 1500, bytes: 400_000 };

const { folder, remove } = await scratch();
/** @type {(() => Promise<unknown>)[]} */
const ending = [remove];
try {
  await fillDemo(folder);
  const server = await serve(folder);
  ending.unshift(server.stop);
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    args: browserArguments,
    ...(executablePath !== undefined && { executablePath }),
  });
  ending.unshift(() => browser.close());
  const page = await browser.newPage({
    viewport: { width, height: most.height },
    colorScheme: 'light',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  // Whole weeks, so that no first and no last one is cut short.
  await page.goto(`${server.address}/?${wholeWeeks(13)}`);
  await page.locator('.figures[aria-busy="false"] .panels-drawing svg').waitFor();
  const bottom = await cut(page);
  await mkdir(new URL('.', new URL('../../docs/overview.png', import.meta.url)), { recursive: true });
  await page.screenshot({ path: target, clip: { x: 0, y: 0, width, height: bottom } });
  const { size } = await stat(target);
  if (size > most.bytes) throw new Error(`docs/overview.png has ${size} bytes, more than ${most.bytes}.`);
  console.log(`docs/overview.png: ${width} × ${bottom} pixels, ${Math.round(size / 1000)} kB`);
} finally {
  for (const end of ending) await end();
}

/**
 * So many weeks, from a Monday to a Monday in UTC, the demo's reporting zone.
 * @param {number} weeks
 */
function wholeWeeks(weeks) {
  const now = new Date();
  const monday = now.getUTCDate() - ((now.getUTCDay() + 6) % 7);
  const day = (/** @type {number} */ date) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), date)).toISOString().slice(0, 10);
  return new URLSearchParams({ from: day(monday - 7 * weeks), to: day(monday) }).toString();
}

/**
 * Where to cut, so that no row of the keys is cut through: below the last one that fits.
 * @param {import('@playwright/test').Page} page
 */
async function cut(page) {
  const bottoms = await page
    .locator('.keys-section, table.keys > tbody > tr, .stages')
    .evaluateAll((elements) =>
      elements.map((element) => Math.ceil(element.getBoundingClientRect().bottom) + 1),
    );
  const fitting = bottoms.filter((bottom) => bottom <= most.height);
  return fitting.length > 0 ? Math.max(...fitting) : most.height;
}
