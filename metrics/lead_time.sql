-- Lead time for changes: from the first commit of a change to the moment when the first successful production deployment
-- that contains it finished, for each change and service delivered in the window. Its stages add up to it.
-- Unit: seconds.
-- Left out: what is not in production yet (it stands in the window by its merge), what was already in a service's first known
-- production deployment, and what has no lead time for another reason, which is told; on the working clock also what began
-- before the years that calendars cover.

-- The rows.
WITH
    -- The time as it passes, or by the calendar of the team.
    if({working:Bool}, lead_working_ms, lead_ms) AS lead,
    if({working:Bool}, coding_working_ms, coding_ms) AS coding,
    if({working:Bool}, pickup_working_ms, pickup_ms) AS pickup,
    if({working:Bool}, review_working_ms, review_ms) AS review,
    if({working:Bool}, merge_wait_working_ms, merge_wait_ms) AS merge_wait,
    if({working:Bool}, build_queue_working_ms, build_queue_ms) AS build_queue,
    if({working:Bool}, build_working_ms, build_ms) AS build,
    if({working:Bool}, approval_working_ms, approval_ms) AS approval,
    if({working:Bool}, deploy_wait_working_ms, deploy_wait_ms) AS deploy_wait,
    if({working:Bool}, deploy_working_ms, deploy_ms) AS deploy
SELECT
    -- One group, or each product.
    arrayJoin(if({by:String} = 'product',
        emptyArrayToSingle(arrayFilter(x -> empty({products:Array(String)}) OR has({products:Array(String)}, x), products)),
        [if({by:String} = 'service', service,
            if({by:String} = 'repo', repo,
            if({by:String} = 'team', team,
            if({by:String} = 'environment', environment, ''))))])) AS group_name,
    if({every:String} = 'day', toDate(assumeNotNull(finished_at), {tz:String}),
        if({every:String} = 'week', toMonday(assumeNotNull(finished_at), {tz:String}),
        if({every:String} = 'month', toStartOfMonth(assumeNotNull(finished_at), {tz:String}),
        if({every:String} = 'quarter', toStartOfQuarter(assumeNotNull(finished_at), {tz:String}), toDate(0))))) AS bucket,
    count() AS n,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(assumeNotNull(lead)) AS levels,
    avg(assumeNotNull(lead)) AS mean,
    [count(coding), count(pickup), count(review), count(merge_wait), count(build_queue), count(build), count(approval), count(deploy_wait), count(deploy)] AS stage_n,
    [
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(coding),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(pickup),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(review),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(merge_wait),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(build_queue),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(build),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(approval),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(deploy_wait),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(deploy)
    ] AS stage_levels,
    [avg(coding), avg(pickup), avg(review), avg(merge_wait), avg(build_queue), avg(build), avg(approval), avg(deploy_wait), avg(deploy)] AS stage_mean
FROM deliveries
WHERE status = 'delivered' AND if({working:Bool}, isNotNull(lead_working_ms), true)
  AND finished_at >= {from:DateTime64(3, 'UTC')} AND finished_at < {to:DateTime64(3, 'UTC')}
  AND if({by:String} = 'environment' OR notEmpty({environments:Array(String)}), environment != '', environment = '')
  AND (length({environments:Array(String)}) < 2 OR {by:String} = 'environment' OR (service, change, environment) IN (
    -- Several environments at once: of each delivery the chosen environment that had it first.
    SELECT service, change, argMin(environment, (status != 'delivered', ifNull(finished_at, merged_at), environment))
    FROM deliveries
    WHERE environment IN {environments:Array(String)}
    GROUP BY service, change))
  AND (empty({services:Array(String)}) OR service IN {services:Array(String)})
  AND (empty({repos:Array(String)}) OR repo IN {repos:Array(String)})
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  AND (empty({environments:Array(String)}) OR environment IN {environments:Array(String)})
GROUP BY group_name, bucket;

-- The items, counted or left out.
SELECT
    change AS id, 'change' AS item_kind, title AS item_title, url AS link, service AS item_service, team AS item_team,
    if(environment = '', deployment_environment, environment) AS place,
    started_at AS start_at, finished_at AS end_at, if({working:Bool}, lead_working_ms, lead_ms) AS value,
    ifNull(finished_at, merged_at) AS at,
    stages.stage AS stage_names, stages.start AS stage_starts, stages.end AS stage_ends,
    if(status = 'delivered', [rule], []) AS rules,
    if(status = 'delivered', ['deployment'], []) AS evidence_records,
    if(status = 'delivered', [deployment_id], []) AS evidence_ids,
    multiIf(
        status = 'delivered' AND if({working:Bool}, isNull(lead_working_ms), false), 'no calendar says its working time',
        status = 'delivered', '',
        status = 'waiting', 'waiting: not in production yet',
        status = 'baseline', 'baseline: already in the first known production deployment',
        deliveries.excluded != '', deliveries.excluded,
        'it has no lead time') AS excluded
FROM deliveries
WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')}
  AND if({by:String} = 'environment' OR notEmpty({environments:Array(String)}), environment != '', environment = '')
  AND (length({environments:Array(String)}) < 2 OR {by:String} = 'environment' OR (service, change, environment) IN (
    -- Several environments at once: of each delivery the chosen environment that had it first.
    SELECT service, change, argMin(environment, (status != 'delivered', ifNull(finished_at, merged_at), environment))
    FROM deliveries
    WHERE environment IN {environments:Array(String)}
    GROUP BY service, change))
  AND (empty({services:Array(String)}) OR service IN {services:Array(String)})
  AND (empty({repos:Array(String)}) OR repo IN {repos:Array(String)})
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  AND (empty({environments:Array(String)}) OR environment IN {environments:Array(String)})
  AND (status = 'delivered' AND if({working:Bool}, isNotNull(lead_working_ms), true)) != {excluded:Bool}
  -- From here on: the page.
  AND (at < {after_at:DateTime64(3, 'UTC')} OR at = {after_at:DateTime64(3, 'UTC')}
    AND (id, item_service, place) > ({after_id:String}, {after_service:String}, {after_environment:String}))
ORDER BY at DESC, id, item_service, place
LIMIT {limit:UInt64};
