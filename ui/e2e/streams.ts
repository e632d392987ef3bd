/** What `weir stream` says, and the figures of streams that a page shows. */

import type { Page } from '@playwright/test';
import { weir } from '../scripts/weir.mjs';
import { expect } from './fixture';
import { prepared } from './setup';

type Figures = Record<string, number | null>;
type Ratio = Record<string, number | null>;

export type StageTold = {
  stage: string;
  title: string;
  owner: string | null;
  n: number;
  lead: Figures;
  process: Figures;
  waiting: Figures;
  accuracy: Ratio;
  share: number | null;
  [name: string]: unknown;
};

export type StreamTold = {
  items: Record<string, unknown> & { n: number; lead: Figures };
  stages: StageTold[];
  reasons: Record<string, unknown>[];
  constraint: { waiting: string | null; growing: string | null };
  left_out: { reason: string; n: number }[];
};

export async function told<T>(verb: string, ...flags: string[]): Promise<T> {
  return JSON.parse(await weir([verb, '--server', prepared('DEMO'), '--format', 'json', ...flags])) as T;
}

export const streamTold = (...flags: string[]) => told<StreamTold>('stream', ...flags);

export type StreamDatum = { figure: string; of: string | null; value: number; text: string };

/** Every number of a stream on the page, those too that stand for another width of the screen. */
export function streamFigures(page: Page, within = 'main'): Promise<StreamDatum[]> {
  return page.locator(`${within} data[data-stream-figure]`).evaluateAll((elements) =>
    elements.map((element) => ({
      figure: element.getAttribute('data-stream-figure') ?? '',
      of: element.getAttribute('data-of'),
      value: Number(element.getAttribute('value')),
      text: element.textContent,
    })),
  );
}

/** The value that the command line has for a figure; undefined where it has none. */
export function expectedFigure(stream: StreamTold, { figure, of }: StreamDatum): unknown {
  if (figure === 'left_out') return stream.left_out.find(({ reason }) => reason === of)?.n;
  if (figure.startsWith('reason.')) {
    const row = stream.reasons.find((one) => `${String(one.class)} ${String(one.reason)}` === of);
    return row?.[figure.slice('reason.'.length)];
  }
  const from = of === null ? stream.items : stream.stages.find(({ stage }) => stage === of);
  return figure.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], from);
}

/** Opens the map and waits for its figures. */
export async function openMap(page: Page, search = '') {
  await page.goto(`/value-stream${search}`);
  await expect(page.locator('.figures[aria-busy="false"]')).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: 'The map' })).toBeVisible();
}
