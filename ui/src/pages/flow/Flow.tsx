import '../../drawer/drawer.css';
import '../block.css';
import './flow.css';
import { NativeSelect } from '@mantine/core';
import { useFlow, type FlowTold } from '../../api/flow';
import type { Status } from '../../api/model';
import { useSearchNow, useSetSearch } from '../../filters/address';
import { without } from '../../filters/search';
import { streamQuery } from '../../filters/streamFilters';
import { StreamPage } from '../stream/StreamPage';
import { Ageing } from './Ageing';
import { Cumulative } from './Cumulative';
import { Forecasts } from './Forecasts';
import { Items } from './Items';
import { Load } from './Load';
import { flowEverys, readFlow, type FlowEvery, type FlowRead } from './reading';
import { Scatter } from './Scatter';
import { Sentence } from './Sentence';
import { Shares } from './Shares';
import { Throughput } from './Throughput';

/** How work flows: how much is under way, how long it takes, how steadily it gets done, and what that lets one expect. */
export function Flow() {
  const read = readFlow(useSearchNow(), new Date());
  const { filters, every } = read;
  const answer = useFlow({ ...streamQuery(filters), every });
  return (
    <StreamPage
      title="Flow"
      filters={filters}
      answer={answer}
      controls={<EverySelect every={every} />}
      empty={({ scatter }) => scatter.n === 0}
    >
      {(told, status) => <Figures told={told} read={read} status={status} />}
    </StreamPage>
  );
}

function EverySelect({ every }: { every: FlowEvery }) {
  const set = useSetSearch();
  return (
    <NativeSelect
      size="xs"
      label="By"
      value={every}
      data={[...flowEverys]}
      onChange={({ currentTarget: { value } }) => {
        set((search) => ({ ...without(search, 'bucket'), every: value }));
      }}
    />
  );
}

function Figures({ told, read, status }: { told: FlowTold; read: FlowRead; status: Status }) {
  const zone = status.timezone;
  return (
    <>
      <Sentence told={told} />
      <div className="flow-blocks">
        <div>
          <Cumulative told={told} />
          <Load told={told} />
        </div>
        <div>
          <Ageing told={told} />
        </div>
        <div>
          <Scatter told={told} zone={zone} />
          <Throughput told={told} every={read.every} zone={zone} />
        </div>
        <div>
          <Forecasts read={read} underWay={told.ageing.n} />
          <Shares told={told} />
        </div>
      </div>
      <Items told={told} read={read} zone={zone} />
    </>
  );
}
