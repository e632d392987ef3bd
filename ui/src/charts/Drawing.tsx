import { init, type ECharts, type EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef } from 'react';

export type Click = { name: string; seriesName: string; dataIndex: number; data: unknown; dataType?: string };

type Props = {
  option: EChartsCoreOption; // decided by the chart's own module; a table says the same in words
  height: number; // pixels
  open?: ((at: Click) => void) | undefined;
};

/** A4 portrait between its margins, in CSS pixels. */
const paperWidth = 690;

/** Draws what an option says, as wide as there is room. Whoever loads it registers what the option needs. */
export default function Drawing({ option, height, open }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const drawn = init(element, null, { renderer: 'svg' });
    chart.current = drawn;
    const fit = () => {
      drawn.resize();
    };
    const toPaper = () => {
      drawn.resize({ width: Math.min(paperWidth, element.clientWidth) });
      drawn.getZr().flush(); // paper does not wait for the next frame
    };
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    addEventListener('beforeprint', toPaper);
    addEventListener('afterprint', fit);
    return () => {
      observer.disconnect();
      removeEventListener('beforeprint', toPaper);
      removeEventListener('afterprint', fit);
      drawn.dispose();
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);

  useEffect(() => {
    const drawn = chart.current;
    if (!drawn || !open) return undefined;
    const click = (at: unknown) => {
      open(at as Click);
    };
    drawn.on('click', click);
    return () => {
      if (!drawn.isDisposed()) drawn.off('click', click);
    };
  }, [open]);

  return <div ref={box} className="drawing" style={{ height }} aria-hidden="true" />;
}
