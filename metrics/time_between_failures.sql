-- Time between failures: from the end of one incident to the start of the next on the same service, of all incidents that
-- ended such a quiet time in the window; overlapping incidents count as one. An incident of two services ends two quiet times.
-- Unit: seconds.
-- Left out: incidents that name no service (they stand in the window by their start), since no quiet time can end with them,
-- on the working clock also quiet times of which no calendar says the working time.

-- The rows.
WITH if({working:Bool}, assumeNotNull(working_ms), dateDiff('millisecond', started_at, finished_at)) AS took
SELECT
    -- One group, or each repository or product.
    arrayJoin(emptyArrayToSingle(
        if({by:String} = 'service', [service],
        if({by:String} = 'repo', arrayFilter(x -> empty({repos:Array(String)}) OR has({repos:Array(String)}, x), repos),
        if({by:String} = 'team', [team],
        if({by:String} = 'product', arrayFilter(x -> empty({products:Array(String)}) OR has({products:Array(String)}, x), products), [''])))))) AS group_name,
    if({every:String} = 'day', toDate(finished_at, {tz:String}),
        if({every:String} = 'week', toMonday(finished_at, {tz:String}),
        if({every:String} = 'month', toStartOfMonth(finished_at, {tz:String}),
        if({every:String} = 'quarter', toStartOfQuarter(finished_at, {tz:String}), toDate(0))))) AS bucket,
    count() AS n,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(took) AS levels,
    avg(took) AS mean
FROM incident_gaps
WHERE finished_at >= {from:DateTime64(3, 'UTC')} AND finished_at < {to:DateTime64(3, 'UTC')}
  AND if({working:Bool}, isNotNull(working_ms), true)
  AND (empty({services:Array(String)}) OR service IN {services:Array(String)})
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
GROUP BY group_name, bucket;

-- The items, counted or left out.
SELECT * FROM
(
    SELECT
        next AS id, 'incident' AS item_kind, title AS item_title, '' AS link, service AS item_service, [service] AS services, '' AS place,
        toNullable(started_at) AS start_at, toNullable(finished_at) AS end_at, finished_at AS at,
        toNullable(if({working:Bool}, working_ms, dateDiff('millisecond', started_at, finished_at))) AS value,
        ['previous'] AS rules, ['incident'] AS evidence_records, [previous] AS evidence_ids,
        if({working:Bool}, if(isNull(working_ms), 'no calendar says its working time', ''), '') AS excluded
    FROM incident_gaps
    WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')}
      AND (empty({services:Array(String)}) OR service IN {services:Array(String)})
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
    UNION ALL
    SELECT
        id, 'incident' AS item_kind, title AS item_title, url AS link, '' AS item_service, services, '' AS place,
        NULL AS start_at, toNullable(started_at) AS end_at, started_at AS at,
        NULL AS value,
        [] AS rules, [] AS evidence_records, [] AS evidence_ids,
        'it names no service' AS excluded
    FROM incident_facts
    WHERE empty(services) AND at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')}
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)}))
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
)
WHERE true
  AND (excluded != '') = {excluded:Bool}
  -- From here on: the page.
  AND (at < {after_at:DateTime64(3, 'UTC')} OR at = {after_at:DateTime64(3, 'UTC')}
    AND (id, item_service, place) > ({after_id:String}, {after_service:String}, {after_environment:String}))
ORDER BY at DESC, id, item_service, place
LIMIT {limit:UInt64};
