-- Flow efficiency: of the flow time of the items of a value stream that were done in the window, the part in which
-- somebody or something worked on them; the rest is waiting. It is the whole active time divided by the whole flow time, so
-- long items weigh more than short ones.
-- Unit: ratio of time.
-- Left out: what the stream excludes, for its reason (by its end, else by its start); on the working clock also items of which
-- no calendar says the working time.

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
    -- Nothing where no time passed.
    sum(assumeNotNull(if({working:Bool}, active_working_ms, active_ms))) / nullIf(sum(assumeNotNull(if({working:Bool}, lead_working_ms, lead_ms))), 0) AS value
FROM stream_items
WHERE stream = {stream:String} AND status = 'done' AND if({working:Bool}, lead_working_ms, lead_ms) IS NOT NULL AND if({working:Bool}, active_working_ms, active_ms) IS NOT NULL
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
    if({working:Bool}, active_working_ms, active_ms) / nullIf(if({working:Bool}, lead_working_ms, lead_ms), 0) AS share,
    -- One that never ended stands in the window by its start.
    ifNull(done_at, stream_items.started_at) AS at,
    arrayMap(x -> x.2, links) AS rules, arrayMap(x -> 'change', links) AS evidence_records, arrayMap(x -> x.1, links) AS evidence_ids,
    multiIf(
        status = 'excluded', if(stream_items.excluded = '', 'not told why', stream_items.excluded),
        (if({working:Bool}, lead_working_ms, lead_ms) + if({working:Bool}, active_working_ms, active_ms)) IS NULL, 'no calendar says its working time',
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
