import { SankeyChart } from 'echarts/charts';
import { TooltipComponent } from 'echarts/components';
import { use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import Drawing from './Drawing';

register([SankeyChart, TooltipComponent, SVGRenderer]);

/** Streams between groups: loaded after the page, since the charts' library is the largest part of it. */
export default Drawing;
