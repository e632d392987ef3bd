import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { AxisPointerComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import Drawing from './Drawing';

register([
  BarChart,
  LineChart,
  ScatterChart,
  AxisPointerComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
  SVGRenderer,
]);

/** Everything with two axes: loaded after the page, since the charts' library is the largest part of it. */
export default Drawing;
