import { afterDone, type Stage } from '../../api/streams';
import { StreamFigure } from '../../words/StreamFigure';
import { figureNames, figureWords } from './map';

/** So many groups are named; the others have little of it. */
const mostNamed = 6;

/** All figures of one stage, who has it, and what came back to it. */
export function StageFigures({ stage, stages }: { stage: Stage; stages: Stage[] }) {
  const { stage: of } = stage;
  return (
    <>
      <table className="items reasons">
        <thead>
          <tr>
            <th scope="col">Time in the stage</th>
            {figureNames.map((name) => (
              <th key={name} scope="col" className="num">
                {figureWords[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(['lead', 'process', 'waiting'] as const).map((kind) => (
            <tr key={kind}>
              <th scope="row">{kind === 'waiting' ? 'waiting time' : `${kind} time`}</th>
              {figureNames.map((name) => (
                <td key={name} className="num">
                  <StreamFigure
                    figure={`${kind}.${name}`}
                    of={of}
                    value={stage[kind].n === 0 ? null : stage[kind][name]}
                    as="duration"
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="facts">
        <dt>Items that were in it</dt>
        <dd>
          <StreamFigure figure="n" of={of} value={stage.n} as="count" />, with{' '}
          <StreamFigure figure="share" of={of} value={stage.share} as="share" /> of all lead time
        </dd>
        <dt>In it now</dt>
        <dd>
          <StreamFigure figure="wip" of={of} value={stage.wip} as="count" />; at the window’s start{' '}
          <StreamFigure figure="wip_then" of={of} value={stage.wip_then} as="count" />
        </dd>
        <dt>Came and went</dt>
        <dd>
          <StreamFigure figure="arrivals" of={of} value={stage.arrivals} as="count" /> in,{' '}
          <StreamFigure figure="departures" of={of} value={stage.departures} as="count" /> out
        </dd>
        <dt>Complete and accurate</dt>
        <dd>
          <StreamFigure figure="accuracy.value" of={of} value={stage.accuracy.value} as="ratio" />
          {stage.accuracy.value !== null && (
            <>
              :{' '}
              <StreamFigure figure="accuracy.numerator" of={of} value={stage.accuracy.numerator} as="count" />{' '}
              of{' '}
              <StreamFigure
                figure="accuracy.denominator"
                of={of}
                value={stage.accuracy.denominator}
                as="count"
              />{' '}
              times it was left for good (95 %:{' '}
              <StreamFigure figure="accuracy.low" of={of} value={stage.accuracy.low} as="ratio" /> to{' '}
              <StreamFigure figure="accuracy.high" of={of} value={stage.accuracy.high} as="ratio" />)
            </>
          )}
        </dd>
        {stage.owners.length > 0 && (
          <>
            <dt>Who has the work</dt>
            <dd>
              {stage.owners.slice(0, mostNamed).map(({ owner, share }, i) => (
                <span key={owner ?? ''}>
                  {i > 0 && ', '}
                  {owner ?? 'unknown'}{' '}
                  <StreamFigure figure={`owner.${owner ?? ''}`} of={of} value={share} as="share" />
                </span>
              ))}
              {stage.owners.length > mostNamed && ' and others'}
            </dd>
          </>
        )}
      </dl>
      {stage.returns.length > 0 && <Returns stage={stage} stages={stages} />}
    </>
  );
}

const rules: Record<string, string> = {
  status: 'set back in the tracker',
  changes_requested: 'changes were asked for after the approval',
  reopened: 'reopened',
  revert: 'reverted',
};

function Returns({ stage: { stage: of, returns }, stages }: { stage: Stage; stages: Stage[] }) {
  const named = (from: string | null) =>
    from === null || from === afterDone
      ? 'after it was done'
      : (stages.find(({ stage }) => stage === from)?.title ?? from);
  return (
    <table className="items reasons">
      <thead>
        <tr>
          <th scope="col">Sent back by</th>
          <th scope="col">How</th>
          <th scope="col" className="num">
            times
          </th>
        </tr>
      </thead>
      <tbody>
        {returns.map(({ from, rule, n }) => (
          <tr key={`${from ?? ''} ${rule}`}>
            <th scope="row">{named(from)}</th>
            <td>{rules[rule] ?? rule.replaceAll('_', ' ')}</td>
            <td className="num">
              <StreamFigure figure={`returns.${from ?? ''}.${rule}`} of={of} value={n} as="count" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
