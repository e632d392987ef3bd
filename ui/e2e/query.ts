/** What `weir query` and `weir items` say for the parameters of a figure on the page. */

import { weir } from '../scripts/weir.mjs';

/** The filters of an address, and the window as it was written there. */
export type Question = {
  from: string;
  to: string;
  product?: string[];
  team?: string[];
  service?: string[];
};

type Stage = Record<string, number | string | null> & { stage: string };

type Row = Record<string, unknown> & {
  group?: string | null;
  bucket?: string;
  class?: string | null;
  stages?: Stage[];
};

type Answer = { rows: Row[]; left_out?: { reason: string; n: number }[] };

type Interval = { stage: string; start: string; end: string };

type Item = { id: string; value: number | null; stages?: Interval[] };

/** A figure as the page has it. */
export type Datum = {
  value: string;
  text: string;
  metric: string;
  figure: string;
  every: string;
  by: string;
  group: string | null;
  bucket: string | null;
  class: string | null;
  item: string | null;
  previous: boolean;
  from: string | null; // the window of the drawer that it stands in
  to: string | null;
  list: string | null; // the command that the drawer shows for its list
};

const waiting = ['pickup', 'merge_wait', 'build_queue', 'approval', 'deploy_wait'];

/** Asks the command line, each question once. */
export class CommandLine {
  private readonly told = new Map<string, Promise<string>>();

  constructor(private readonly address: string) {}

  private ask(verb: string, metric: string, question: Question, ...more: string[]): Promise<string> {
    const filters = (['product', 'team', 'service'] as const).flatMap((name) =>
      (question[name] ?? []).flatMap((value) => [`--${name}`, value]),
    );
    const args = [verb, metric, '--server', this.address, '--format', 'json'];
    args.push('--from', question.from, '--to', question.to, ...filters, ...more);
    const key = args.join('\n');
    const known = this.told.get(key) ?? weir(args);
    this.told.set(key, known);
    return known;
  }

  async answer(metric: string, question: Question, every = 'range', by = 'none'): Promise<Answer> {
    return JSON.parse(await this.ask('query', metric, question, '--every', every, '--by', by)) as Answer;
  }

  async items(metric: string, question: Question, ...flags: string[]): Promise<Item[]> {
    const found: Item[] = [];
    for (let after: string | null = ''; after !== null;) {
      const more: string[] = after === '' ? flags : [...flags, '--after', after];
      const text = await this.ask('items', metric, question, '--limit', '1000', ...more);
      const page = JSON.parse(text) as { items: Item[]; next: string | null };
      found.push(...page.items);
      after = page.next;
    }
    return found;
  }

  /** What the command line says to a figure: nothing, one number, or those of several items of the same name. */
  async expected(datum: Datum, question: Question, before: Question | null): Promise<number[]> {
    const { metric, figure } = datum;
    const window = { from: datum.from ?? question.from, to: datum.to ?? question.to };
    // A bucket is one of the whole window's, wherever on the page it stands.
    let asked: Question = datum.bucket === null ? { ...question, ...window } : question;
    if (datum.previous) {
      if (before === null) return [];
      asked = before;
    }
    if (datum.item !== null) {
      // A change that was delivered to several services is an item of each.
      const items = (await this.items(metric, asked)).filter(({ id }) => id === datum.item);
      return items.flatMap((item) => itemFigure(item, figure));
    }
    if (figure === 'total') {
      const flags = ['--excluded', '--numerator'].filter((flag) => datum.list?.includes(flag));
      return [(await this.items(metric, asked, ...flags)).length];
    }
    const value = await this.rowFigure(datum, asked, before);
    return value === undefined ? [] : [value];
  }

  private async rowFigure(
    datum: Datum,
    asked: Question,
    before: Question | null,
  ): Promise<number | undefined> {
    const { metric, figure } = datum;
    const answer = await this.answer(metric, asked, datum.every, datum.by);
    if (figure === 'left_out') {
      const reasons = (answer.left_out ?? []).filter(({ reason }) => [null, reason].includes(datum.group));
      return reasons.reduce((sum, { n }) => sum + n, 0);
    }
    const row = answer.rows.find(
      (one) =>
        (datum.by === 'none' || (one.group ?? '(none)') === datum.group) &&
        (datum.class === null ? one.class === undefined : (one.class ?? '(none)') === datum.class) &&
        sameTime(one.bucket, datum.bucket),
    );
    if (row === undefined) return undefined;
    if (!figure.startsWith('change')) return numberIn(row, figure);
    if (before === null) return undefined;
    const old = (await this.answer(metric, before)).rows[0];
    const field = 'p50' in row ? 'p50' : 'value';
    const [now, then] = [numberIn(row, field), old && numberIn(old, field)];
    if (now === undefined || then === undefined) return undefined;
    return figure === 'change' ? now - then : (now - then) / then;
  }
}

/** An item's own value, or how long it was in a stage; in seconds. */
function itemFigure(item: Item, figure: string): number[] {
  const stage = figure.split('.')[1];
  if (stage === undefined) return item.value === null ? [] : [item.value];
  const there = (item.stages ?? []).filter((one) => one.stage === stage);
  return there.map(({ start, end }) => (Date.parse(end) - Date.parse(start)) / 1000);
}

function sameTime(a: string | undefined, b: string | null): boolean {
  return a === undefined || b === null ? a === undefined && b === null : Date.parse(a) === Date.parse(b);
}

/** A field of a row, or what is made of a row: a stage's part of the mean, the share that is waiting. */
function numberIn(row: Row, figure: string): number | undefined {
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  const [first = '', name, field] = figure.split('.');
  const stages = row.stages ?? [];
  if (first === 'waiting') {
    return stages
      .filter(({ stage }) => waiting.includes(stage))
      .reduce((sum, stage) => sum + (number(stage.share) ?? 0), 0);
  }
  if (first !== 'stage') return number(row[first]);
  const stage = stages.find((one) => one.stage === name);
  if (field !== 'part') return number(stage?.[field ?? '']);
  return (number(stage?.share) ?? NaN) * (number(row.mean) ?? NaN);
}
