import { Progress } from '@mantine/core';
import type { Source } from '../../api/model';
import { Ago, usePast, type Clock } from '../../words/Ago';
import { Count } from '../../words/Count';
import { counted } from '../../words/numbers';
import { sentenceText } from '../../words/sentences';
import { standingOf, standingWords } from './standings';

/** How a source is doing: what it does now, and what went wrong before. */
export function Standing({ source, clock }: { source: Source; clock: Clock }) {
  const standing = standingOf(source);
  const failed = source.last_error !== '';
  return (
    <div className="standing">
      <p>
        <strong className={`standing-word ${standing}`}>{standingWords[standing]}</strong>
        {standing === 'running' && source.last_start !== null && (
          <>
            , begun <Ago at={source.last_start} clock={clock} />
          </>
        )}
        {standing === 'failing' && source.failures > 1 && <>, {source.failures} times in a row</>}
        {standing === 'partly' && (
          <>: {counted(source.problems.length, 'part')} could not be; the others are up to date</>
        )}
      </p>
      {source.running && <Going source={source} clock={clock} />}
      {failed && (
        <p className="standing-why">
          {source.running && (
            <>The last run failed{source.failures > 1 && <>, {source.failures} in a row</>}: </>
          )}
          {sentenceText(source.last_error, clock.zone)}
        </p>
      )}
    </div>
  );
}

function Going({ source: { name, done, expected, requests }, clock }: { source: Source; clock: Clock }) {
  return (
    <>
      {expected > 0 && (
        <Progress
          className="standing-progress"
          value={Math.min(100, (100 * done) / expected)}
          aria-label={`How far ${name} is`}
          transitionDuration={0}
        />
      )}
      {(done > 0 || expected > 0) && (
        <p>
          <Count value={done} />
          {expected > 0 && (
            <>
              {' '}
              of <Count value={expected} />
            </>
          )}{' '}
          {expected > 0 ? 'items that it expects by now' : 'items done; nobody knows yet of how many'}
        </p>
      )}
      <WaitsFor requests={requests} clock={clock} />
    </>
  );
}

function WaitsFor({ requests, clock }: { requests: Source['requests']; clock: Clock }) {
  const { waiting_for: reason, waiting_until: until } = requests;
  const over = usePast(until, clock);
  if (reason === '' || until === null || over) return null;
  return (
    <p className="standing-waits">
      It waits, because {reason}, and goes on <Ago at={until} clock={clock} />.
    </p>
  );
}
