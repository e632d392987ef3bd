import { Link } from '@tanstack/react-router';
import type { Search } from '../../filters/search';
import { countText, roughShareText } from '../../words/numbers';
import { boxHeight, cut, fitting, linesOf, tagHeight, tagsOf, type Placed, triangleRoom } from './layout';
import { hatch, line, quiet, share, time } from './mapStyle';
import { openedStage } from './state';

/** One stage: the wait in it, its box, and what is special about it. All of it opens the stage. */
export function MapStage({ stage }: { stage: Placed }) {
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
      <text
        x={x}
        y={y + 13}
        textAnchor="middle"
        fontSize={fitting(time(waiting), 10.5, triangleRoom)}
        fontWeight={600}
      >
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
  const owner = cut(stage.owner ?? 'unknown', Math.floor(room / 6));
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
      <text x={box.x + 6} y={box.y + 44} fontSize={10} fill={quiet}>
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

function hover({ title, owner, waiting, process, share: part, grown }: Placed): string {
  const of = part === null ? '' : `, ${roughShareText(part)} of all lead time`;
  const more = grown > 0 ? `, ${countText(grown)} more in it than at the start` : '';
  return `${title} (${owner ?? 'unknown owner'}): waits ${time(waiting)}, process ${time(process)}${of}${more}`;
}
