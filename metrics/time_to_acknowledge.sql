-- Time to acknowledge: from the detection of an incident to the moment when somebody took it on, of all incidents
-- acknowledged in the window.
-- Unit: seconds.
-- Left out: incidents that nobody acknowledged or whose detection is not known (they stand in the window by the last moment
-- that is known), and those acknowledged before they were detected; on the working clock also those of which no calendar says
-- the working time.

-- The rows.
SELECT
    -- Each service, repository, team or product that it concerns.
    arrayJoin(emptyArrayToSingle(
        if({by:String} = 'service', arrayFilter(x -> empty({services:Array(String)}) OR has({services:Array(String)}, x), services),
        if({by:String} = 'repo', arrayFilter(x -> empty({repos:Array(String)}) OR has({repos:Array(String)}, x), repos),
        if({by:String} = 'team', arrayFilter(x -> empty({teams:Array(String)}) OR has({teams:Array(String)}, x), teams),
        if({by:String} = 'product', arrayFilter(x -> empty({products:Array(String)}) OR has({products:Array(String)}, x), products), [''])))))) AS group_name,
    if({every:String} = 'day', toDate(assumeNotNull(acknowledged_at), {tz:String}),
        if({every:String} = 'week', toMonday(assumeNotNull(acknowledged_at), {tz:String}),
        if({every:String} = 'month', toStartOfMonth(assumeNotNull(acknowledged_at), {tz:String}),
        if({every:String} = 'quarter', toStartOfQuarter(assumeNotNull(acknowledged_at), {tz:String}), toDate(0))))) AS bucket,
    count() AS n,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(took) AS levels,
    avg(took) AS mean
FROM
(
    SELECT services, repos, teams, products, acknowledged_at,
        assumeNotNull(if({working:Bool}, acknowledge_working_ms, dateDiff('millisecond', assumeNotNull(detected_at), assumeNotNull(acknowledged_at)))) AS took
    FROM incident_facts
    WHERE detected_at <= acknowledged_at AND acknowledged_at >= {from:DateTime64(3, 'UTC')} AND acknowledged_at < {to:DateTime64(3, 'UTC')}
      AND if({working:Bool}, isNotNull(acknowledge_working_ms), true)
)
WHERE true
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)}))
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
GROUP BY group_name, bucket;

-- The items, counted or left out.
SELECT
    id, 'incident' AS item_kind, title AS item_title, url AS link, services,
    if(length(services) = 1, services[1], '') AS item_service, '' AS place,
    detected_at AS start_at, acknowledged_at AS end_at,
    if({working:Bool}, acknowledge_working_ms, dateDiff('millisecond', detected_at, acknowledged_at)) AS value,
    -- Without its end it stands in the window by the last earlier moment that is known.
    coalesce(acknowledged_at, detected_at, incident_facts.started_at) AS at,
    cause_rules AS rules, arrayMap(x -> 'deployment', cause_ids) AS evidence_records, cause_ids AS evidence_ids,
    multiIf(
        acknowledged_at IS NULL, 'not acknowledged',
        detected_at IS NULL, 'no detection time known',
        acknowledged_at < detected_at, 'negative: acknowledged before it was detected',
        if({working:Bool}, isNull(acknowledge_working_ms), false), 'no calendar says its working time',
        '') AS excluded
FROM incident_facts
WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)}))
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  AND (excluded != '') = {excluded:Bool}
  -- From here on: the page.
  AND (at < {after_at:DateTime64(3, 'UTC')} OR at = {after_at:DateTime64(3, 'UTC')}
    AND (id, item_service, place) > ({after_id:String}, {after_service:String}, {after_environment:String}))
ORDER BY at DESC, id, item_service, place
LIMIT {limit:UInt64};
