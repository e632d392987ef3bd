-- Flow time: from an item's entry into the stream's first stage until it was done, waits included, of the items of a
-- value stream (tickets with their changes, and changes alone) that were done in the window.
-- Unit: seconds.
-- Left out: what the stream excludes, for its reason (by its end, else by its start); on the working clock also items of which
-- no calendar says the working time. What is not done yet is work in progress: see flow_load and work_item_age.

-- The rows.
SELECT
    -- Each service, repository or product that it concerns, or its team.
    arrayJoin(emptyArrayToSingle(
        if({by:String} = 'service', arrayFilter(x -> empty({services:Array(String)}) OR has({services:Array(String)}, x), services),
        if({by:String} = 'repo', arrayFilter(x -> empty({repos:Array(String)}) OR has({repos:Array(String)}, x), repos),
        if({by:String} = 'team', [team],
        if({by:String} = 'product', arrayFilter(x -> empty({products:Array(String)}) OR has({products:Array(String)}, x), products), [''])))))) AS group_name,
    if({every:String} = 'day', toDate(assumeNotNull(done_at), {tz:String}),
        if({every:String} = 'week', toMonday(assumeNotNull(done_at), {tz:String}),
        if({every:String} = 'month', toStartOfMonth(assumeNotNull(done_at), {tz:String}),
        if({every:String} = 'quarter', toStartOfQuarter(assumeNotNull(done_at), {tz:String}), toDate(0))))) AS bucket,
    count() AS n,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(assumeNotNull(if({working:Bool}, lead_working_ms, lead_ms))) AS levels,
    avg(assumeNotNull(if({working:Bool}, lead_working_ms, lead_ms))) AS mean
FROM stream_items
WHERE stream = {stream:String} AND status = 'done' AND if({working:Bool}, lead_working_ms, lead_ms) IS NOT NULL
  AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
GROUP BY group_name, bucket;

-- The items, counted or left out.
SELECT
    item AS id, toString(kind) AS item_kind, title AS item_title, url AS link, services,
    if(length(services) = 1, services[1], '') AS item_service, '' AS place,
    started_at AS start_at, done_at AS end_at,
    if({working:Bool}, lead_working_ms, lead_ms) AS value,
    -- One that never ended stands in the window by its start.
    ifNull(done_at, stream_items.started_at) AS at,
    arrayMap(x -> x.2, links) AS rules, arrayMap(x -> 'change', links) AS evidence_records, arrayMap(x -> x.1, links) AS evidence_ids,
    multiIf(
        status = 'excluded', if(stream_items.excluded = '', 'not told why', stream_items.excluded),
        if({working:Bool}, lead_working_ms, lead_ms) IS NULL, 'no calendar says its working time',
        '') AS excluded
FROM stream_items
WHERE stream = {stream:String} AND status IN ('done', 'excluded')
  AND at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  AND (excluded != '') = {excluded:Bool}
  -- From here on: the page.
  AND (at < {after_at:DateTime64(3, 'UTC')} OR at = {after_at:DateTime64(3, 'UTC')}
    AND (id, item_service, place) > ({after_id:String}, {after_service:String}, {after_environment:String}))
ORDER BY at DESC, id, item_service, place
LIMIT {limit:UInt64};
