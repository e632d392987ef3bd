import { Button } from '@mantine/core';
import { useState, type RefObject } from 'react';
import { drawingText, pictureOf, save } from './takeAway';

type Props = { map: RefObject<SVGSVGElement | null>; name: string };

/** The map for a slide or a wall. */
export function TakeAway({ map, name }: Props) {
  const [failed, setFailed] = useState('');
  const take = (kind: 'png' | 'svg') => {
    const svg = map.current;
    if (!svg) return;
    const made =
      kind === 'png'
        ? pictureOf(svg)
        : Promise.resolve(new Blob([drawingText(svg)], { type: 'image/svg+xml' }));
    made.then(
      (blob) => {
        setFailed('');
        save(blob, `${name}.${kind}`);
      },
      (error: unknown) => {
        setFailed(error instanceof Error ? error.message : String(error));
      },
    );
  };
  return (
    <div className="take-away no-print">
      {failed !== '' && <span role="alert">{failed}</span>}
      {(['png', 'svg'] as const).map((kind) => (
        <Button
          key={kind}
          size="compact-xs"
          variant="default"
          onClick={() => {
            take(kind);
          }}
        >
          Save as {kind.toUpperCase()}
        </Button>
      ))}
    </div>
  );
}
