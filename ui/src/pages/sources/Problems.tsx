import type { Source } from '../../api/model';
import { counted } from '../../words/numbers';
import { sentenceText } from '../../words/sentences';

/** More than these are folded away: the page is about all sources. */
const few = 3;

/** The parts of a source that could not be collected, each with its reason. */
export function Problems({ problems, zone }: { problems: Source['problems']; zone: string }) {
  if (problems.length === 0) return null;
  const list = (
    <ul>
      {problems.map(({ part, error }, i) => (
        <li key={`${i} ${part}`}>
          <strong>{part}</strong>: {sentenceText(error, zone)}
        </li>
      ))}
    </ul>
  );
  if (problems.length <= few) return <div className="problems">{list}</div>;
  return (
    <details className="problems">
      <summary>{counted(problems.length, 'part')} could not be collected</summary>
      {list}
    </details>
  );
}
