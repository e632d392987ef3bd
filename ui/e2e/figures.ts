/** Reads every figure off a page, and compares each with the command line. */

import type { Page } from '@playwright/test';
import { expect } from './fixture';
import { CommandLine, type Datum, type Question } from './query';
import { texts } from './words';

/** Every number of data on the page, those in tables for screen readers too. */
export function figuresOn(page: Page): Promise<Datum[]> {
  return page.locator('data[data-metric]').evaluateAll((elements) => {
    const commands = [...document.querySelectorAll('code')].map((code) => code.textContent);
    return elements.map((element) => {
      const of = (name: string) => element.getAttribute(name);
      const drawer = element.closest('[data-from]');
      return {
        value: of('value') ?? '',
        text: element.textContent,
        metric: of('data-metric') ?? '',
        figure: of('data-figure') ?? '',
        every: of('data-every') ?? '',
        by: of('data-by') ?? '',
        group: of('data-group'),
        bucket: of('data-bucket'),
        class: of('data-class'),
        item: of('data-item'),
        previous: of('data-period') === 'previous',
        from: drawer?.getAttribute('data-from') ?? null,
        to: drawer?.getAttribute('data-to') ?? null,
        list: commands.find((command) => command.startsWith('weir items')) ?? null,
      };
    });
  });
}

/** Floating-point sums may be taken in another order; nothing else may differ in the last digit. */
const summed = new Set(['waiting.share']);

function same(datum: Datum, want: number): boolean {
  const got = Number(datum.value);
  return summed.has(datum.figure) ? Math.abs(got - want) < 1e-12 : got === want;
}

const name = ({ metric, figure, every, by, group, bucket, class: kind, item, previous }: Datum) =>
  [metric, figure, every, by, group, bucket, kind, item, previous ? 'previous' : null]
    .filter(Boolean)
    .join(' ');

/** Compares all of them, and gives them back so that a test can say whether there were enough. */
export async function compareAll(
  page: Page,
  commandLine: CommandLine,
  question: Question,
  before: Question | null,
): Promise<Datum[]> {
  const data = await figuresOn(page);
  const wrong: string[] = [];
  for (const datum of data.filter(({ figure }) => figure !== 'distribution')) {
    const said = await commandLine.expected(datum, question, before);
    const want = said.find((one) => same(datum, one));
    if (want === undefined) {
      wrong.push(
        `${name(datum)}: the page has ${datum.value}, the command line ${said.join(', ') || 'nothing'}`,
      );
      continue;
    }
    const right = texts(datum.metric, datum.figure, want);
    if (!right.includes(datum.text)) {
      wrong.push(`${name(datum)}: the page writes “${datum.text}”, it should be ${right.join(' or ')}`);
    }
  }
  wrong.push(...(await wrongBins(data, commandLine, question)));
  expect(wrong).toEqual([]);
  return data;
}

/** The bins of a distribution are counted again from the items, one by one. */
async function wrongBins(data: Datum[], commandLine: CommandLine, question: Question): Promise<string[]> {
  const wrong: string[] = [];
  const all = data.filter(({ figure }) => figure === 'distribution');
  for (const metric of new Set(all.map((bin) => bin.metric))) {
    const bins = all.filter((bin) => bin.metric === metric);
    const values = (await commandLine.items(metric, question)).map(({ value }) => value ?? NaN);
    const edges = bins.map(({ group }) => Number(group));
    bins.forEach((bin, i) => {
      const want = values.filter((value) => value >= (edges[i] ?? NaN) && value < (edges[i + 1] ?? Infinity));
      if (Number(bin.value) !== want.length || bin.text !== texts(metric, 'distribution', want.length)[0]) {
        wrong.push(`${name(bin)}: the page has ${bin.value} (“${bin.text}”), the items ${want.length}`);
      }
    });
    const total = bins.reduce((sum, bin) => sum + Number(bin.value), 0);
    if (total !== values.length) wrong.push(`${metric}: the bins hold ${total} of ${values.length} items`);
  }
  return wrong;
}

/** Whatever else has digits in it: each of these is no figure of the data, or is one of its dates. */
const allowed = [
  'data', // compared above
  'time', // a date, with its exact time in an attribute
  'input, select, button, label, .range, .control', // controls
  '.definition', // what a metric is, from the catalogue
  '.key-benchmark, .source', // benchmarks, as they were published
  '.small-chart th', // the edges of a distribution's bins
  '.more', // how many items are listed so far: drawer.spec.ts counts them
  'svg, .panels-drawing', // drawn figures: the table beside them has them
  'code', // the command that gives the same figure
  '.item-name, .item-cell', // names of items
  'thead', // heads of columns: the benchmark's year
].join(', ');

const dates =
  /\b(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: \d{4})?\b|\bQ[1-4] \d{4}\b|\b\d{2}:\d{2}\b/g;

/** Fixed words: the interval's level and the percentile's name. */
const fixed = /95 %: |85 % within/g;

/** Numbers on the page that nobody compares. There should be none. */
export async function looseNumbers(page: Page): Promise<string[]> {
  const found = await page.evaluate((skip) => {
    const texts: string[] = [];
    const roots = document.querySelectorAll('main, [role="dialog"]');
    for (const root of roots) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const text = node.textContent ?? '';
        if (/\d/.test(text) && node.parentElement?.closest(skip) === null) texts.push(text);
      }
    }
    return texts;
  }, allowed);
  return found.filter((text) => /\d/.test(text.replace(dates, '').replace(fixed, '')));
}
