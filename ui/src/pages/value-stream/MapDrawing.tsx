import { Link } from '@tanstack/react-router';
import type { Ref } from 'react';
import type { Search } from '../../filters/search';
import { shortDurationText } from '../../words/durations';
import { countText, noData, roughShareText } from '../../words/numbers';
import {
  boxHeight,
  cut,
  fitting,
  ladderPath,
  ladderStep,
  layoutOf,
  linesOf,
  pad,
  tagHeight,
  tagsOf,
  type Layout,
  type Placed,
} from './layout';
import { figureWords, type MapModel } from './map';
import { openedStage } from './state';

const ink = 'var(--ink)';
const quiet = 'var(--ink-3)';
const line = 'var(--ink-2)';
const hatch = 'url(#waiting)';

const time = (seconds: number | null) => (seconds === null ? noData : shortDurationText(seconds));
const share = (ratio: number | null) => (ratio === null ? noData : roughShareText(ratio));

type Props = { model: MapModel; caption: string; ref: Ref<SVGSVGElement> };

/**
 * The map as facilitators draw it. It is a picture: what it says stands in the table below too, which is what keyboards
 * and screen readers get. All is written in attributes, so that the same drawing can be taken away as a file.
 */
export function MapDrawing({ model, caption, ref }: Props) {
  const layout = layoutOf(model);
  return (
    <svg
      ref={ref}
      className="map"
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      width={layout.width}
      height={layout.height}
      style={{ maxWidth: layout.width * 1.7 }}
      fontFamily="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
      fontSize={11.5}
      fill={ink}
      aria-hidden="true"
    >
      <defs>
        <pattern
          id="waiting"
          width={5}
          height={5}
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width={5} height={5} fill="var(--wait-soft)" />
          <rect width={1.4} height={5} fill="var(--wait)" />
        </pattern>
        <marker id="arrow" viewBox="0 0 8 8" refX={7} refY={4} markerWidth={7} markerHeight={7} orient="auto">
          <path d="M0 0L8 4L0 8z" fill={line} />
        </marker>
      </defs>
      <text x={pad} y={17} fontSize={12.5} fontWeight={600}>
        {caption}
      </text>
      <Flow layout={layout} />
      {layout.stages.map((stage) => (
        <Column key={stage.stage} stage={stage} />
      ))}
      <Ladder layout={layout} />
      <Totals layout={layout} model={model} />
      <Key layout={layout} model={model} />
    </svg>
  );
}

/** The line on which work goes from box to box, and the ways to the groups beside it. */
function Flow({ layout: { stages, flow } }: { layout: Layout }) {
  let left: number | null = null; // where the line goes on from
  return (
    <g stroke={line} strokeWidth={1.2} fill="none">
      {stages.map((stage) => {
        if (stage.side) {
          const { box } = stage;
          const foot = box.y + boxHeight - 16;
          // Down from the box before, which is where the work comes from.
          const start = left === null ? stage.x + 1 : left - 16;
          const end = box.x + box.width / 2;
          const tags = tagHeight * tagsOf(stage).length;
          return (
            <g key={stage.stage} strokeDasharray="4 3">
              <path d={`M${start} ${flow + 16}V${foot}H${box.x - 2}`} markerEnd="url(#arrow)" />
              <path d={`M${end} ${box.y - 4 - tags}V${flow + 3}`} markerEnd="url(#arrow)" />
            </g>
          );
        }
        const from = left;
        left = stage.box.x + stage.box.width;
        if (from === null) return null;
        return <path key={stage.stage} d={`M${from} ${flow}H${stage.box.x - 2}`} markerEnd="url(#arrow)" />;
      })}
    </g>
  );
}

function Column({ stage }: { stage: Placed }) {
  return (
    <Link
      to="."
      search={(search: Search) => openedStage(search, stage.stage)}
      resetScroll={false}
      className="map-stage"
      tabIndex={-1}
      activeProps={{}}
    >
      <title>{hover(stage)}</title>
      <rect x={stage.x} y={stage.box.y} width={stage.box.x - stage.x} height={boxHeight} fill="transparent" />
      <Triangle stage={stage} />
      <Box stage={stage} />
      <Tags stage={stage} />
    </Link>
  );
}

function Triangle({ stage: { triangle, waiting } }: { stage: Placed }) {
  const { x, y, size } = triangle;
  const height = size * 0.9;
  return (
    <>
      <path
        d={`M${x - size / 2} ${y}L${x} ${y - height}L${x + size / 2} ${y}z`}
        fill={hatch}
        stroke={line}
        strokeWidth={1}
        strokeLinejoin="round"
      />
      <text x={x} y={y + 13} textAnchor="middle" fontSize={waiting === null ? 9.5 : 10.5} fontWeight={600}>
        {time(waiting)}
      </text>
    </>
  );
}

function Box({ stage }: { stage: Placed }) {
  const { box, constraint, queue } = stage;
  const room = box.width - 10;
  const most = Math.floor(box.width / 6.2);
  const [first = '', second] = linesOf(stage.title, most);
  const owner = cut(stage.owner ?? 'unknown owner', Math.floor(room / 5.4));
  const rows = [
    ['PT', time(stage.process)],
    ['LT', time(stage.lead)],
    ['C&A', share(stage.accuracy)],
    ['WIP', countText(stage.wip)],
    ['n', countText(stage.n)],
  ] as const;
  return (
    <>
      <rect
        className="map-box"
        x={box.x}
        y={box.y}
        width={box.width}
        height={boxHeight}
        rx={2}
        fill={queue ? hatch : 'var(--paper)'}
        stroke={constraint ? 'var(--worse)' : line}
        strokeWidth={constraint ? 2.5 : 1}
      />
      {queue && (
        <rect x={box.x + 3} y={box.y + 3} width={box.width - 6} height={boxHeight - 6} fill="var(--paper)" />
      )}
      <text x={box.x + 6} y={box.y + 16} fontWeight={650} fontSize={fitting(first, 11.5, room)}>
        {first}
        {second !== undefined && (
          <tspan x={box.x + 6} dy={13} fontSize={fitting(second, 11.5, room)}>
            {second}
          </tspan>
        )}
      </text>
      <text x={box.x + 6} y={box.y + 44} fontSize={fitting(owner, 10, room)} fill={quiet}>
        {owner}
      </text>
      <line x1={box.x} x2={box.x + box.width} y1={box.y + 52} y2={box.y + 52} stroke="var(--hair)" />
      {rows.map(([name, value], i) => (
        <g key={name}>
          <text x={box.x + 6} y={box.y + 67 + i * 15.5} fill={quiet} fontSize={10.5}>
            {name}
          </text>
          <text
            x={box.x + box.width - 6}
            y={box.y + 67 + i * 15.5}
            textAnchor="end"
            fontSize={11}
            fontWeight={name === 'n' ? 400 : 550}
          >
            {value}
          </text>
        </g>
      ))}
    </>
  );
}

/** What is special about a stage stands in words above it. */
function Tags({ stage }: { stage: Placed }) {
  const { box } = stage;
  const tags = tagsOf(stage);
  return tags.map((tag, i) => {
    const y = box.y - 3 - tagHeight * (tags.length - i);
    const solid = tag === 'constraint';
    return (
      <g key={tag}>
        <rect
          x={box.x}
          y={y}
          width={box.width}
          height={14}
          rx={2}
          fill={solid ? 'var(--worse)' : 'var(--paper)'}
          stroke="var(--worse)"
        />
        <text
          x={box.x + box.width / 2}
          y={y + 10.5}
          textAnchor="middle"
          fontSize={10.5}
          fontWeight={650}
          fill={solid ? 'var(--paper)' : 'var(--worse)'}
        >
          {tag}
        </text>
      </g>
    );
  });
}

function Ladder({ layout: { ladder, stages } }: { layout: Layout }) {
  return (
    <g textAnchor="middle" fontSize={11}>
      <path d={ladderPath(ladder)} fill="none" stroke={ink} strokeWidth={1.3} />
      {ladder.steps.map(({ wait, process }, i) => {
        const stage = stages[i];
        if (!stage) return null;
        return (
          <g key={stage.stage}>
            <text x={(wait[0] + wait[1]) / 2} y={ladder.top - 5}>
              {time(stage.waiting)}
            </text>
            <text x={(process[0] + process[1]) / 2} y={ladder.top + ladderStep + 14} fontWeight={550}>
              {time(stage.process)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Totals({ layout: { totals, width }, model }: { layout: Layout; model: MapModel }) {
  const cells = [
    ['Lead time', time(model.lead)],
    ['Process time', time(model.process)],
    ['Waiting time', time(model.waiting)],
    ['Activity ratio', share(model.activity)],
    ['Rolled %C&A', share(model.accuracy)],
    ['Scrap rate', share(model.scrap)],
    ['Items done', countText(model.n)],
    ['Work in progress', countText(model.open)],
  ] as const;
  const room = (width - 2 * pad) / cells.length;
  return (
    <g>
      <line x1={pad} x2={width - pad} y1={totals} y2={totals} stroke="var(--hair)" />
      {cells.map(([name, value], i) => (
        <g key={name}>
          <text x={pad + i * room} y={totals + 20} fontSize={11} fill={quiet}>
            {name}
          </text>
          <text x={pad + i * room} y={totals + 42} fontSize={18} fontWeight={600}>
            {value}
          </text>
        </g>
      ))}
    </g>
  );
}

function Key({ layout: { key }, model: { figure } }: { layout: Layout; model: MapModel }) {
  return (
    <text x={pad} y={key + 8} fontSize={10.5} fill={quiet}>
      Triangles: the wait in a stage. PT: process time. LT: lead time through the stage. C&amp;A: left for
      good, complete and accurate.
      <tspan x={pad} dy={14}>
        WIP: in it now. n: items that were in it. Times: {figureWords[figure]}.
      </tspan>
    </text>
  );
}

function hover({ title, owner, waiting, process, share: part, grown }: Placed): string {
  const of = part === null ? '' : `, ${roughShareText(part)} of all lead time`;
  const more = grown > 0 ? `, ${countText(grown)} more in it than at the start` : '';
  return `${title} (${owner ?? 'unknown owner'}): waits ${time(waiting)}, process ${time(process)}${of}${more}`;
}
