import { BarChart, LineChart } from 'echarts/charts';
import { AxisPointerComponent, GridComponent, TitleComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type ECharts } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { Every } from '../filters/search';
import { bucketsOf, panelsHeight, panelsOption, type Panel } from './panels';

register([
  BarChart,
  LineChart,
  AxisPointerComponent,
  GridComponent,
  TitleComponent,
  TooltipComponent,
  SVGRenderer,
]);

type Props = { panels: Panel[]; every: Every; zone: string; open: (metric: string, bucket: string) => void };

/** A4 portrait between its margins, in CSS pixels. */
const paperWidth = 690;

/** Draws the panels. What it draws is decided in panels.ts; the table beside it says the same in words. */
export default function Panels({ panels, every, zone, open }: Props) {
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
      drawn.resize({ width: paperWidth });
      // Paper does not wait for the next frame.
      drawn.getZr().flush();
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
    chart.current?.setOption(panelsOption(panels, every, zone), { notMerge: true });
  }, [panels, every, zone]);

  useEffect(() => {
    const canvas = chart.current?.getZr();
    const click = ({ offsetX, offsetY }: { offsetX: number; offsetY: number }) => {
      const i = panels.findIndex((_, at) =>
        chart.current?.containPixel({ gridIndex: at }, [offsetX, offsetY]),
      );
      const panel = panels[i];
      if (!panel) return;
      const at = chart.current?.convertFromPixel({ gridIndex: i }, [offsetX, offsetY])[0];
      const bucket = bucketsOf(panels)[Math.round(at ?? -1)];
      if (bucket !== undefined) open(panel.key.metric.id, bucket);
    };
    canvas?.on('click', click);
    return () => {
      canvas?.off('click', click);
    };
  }, [panels, open]);

  return (
    <div
      ref={box}
      className="panels-drawing"
      style={{ height: panelsHeight(panels.length) }}
      aria-hidden="true"
    />
  );
}
