-- Lead time for changes: from the first commit of a change to the moment when the first successful production deployment
-- that contains it finished, for each change and service delivered in the window. Its stages add up to it.
-- Unit: seconds.
-- Left out: what is not in production yet (it stands in the window by its merge), what was already in a service's first known
-- production deployment, and what has no lead time for another reason, which is told.

-- The rows.
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
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(assumeNotNull(lead_ms)) AS levels,
    avg(assumeNotNull(lead_ms)) AS mean,
    [count(coding_ms), count(pickup_ms), count(review_ms), count(merge_wait_ms), count(build_queue_ms), count(build_ms), count(approval_ms), count(deploy_wait_ms), count(deploy_ms)] AS stage_n,
    [
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(coding_ms),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(pickup_ms),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(review_ms),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(merge_wait_ms),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(build_queue_ms),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(build_ms),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(approval_ms),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(deploy_wait_ms),
        quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(deploy_ms)
    ] AS stage_levels,
    [avg(coding_ms), avg(pickup_ms), avg(review_ms), avg(merge_wait_ms), avg(build_queue_ms), avg(build_ms), avg(approval_ms), avg(deploy_wait_ms), avg(deploy_ms)] AS stage_mean
FROM deliveries
WHERE status = 'delivered'
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
    started_at AS start_at, finished_at AS end_at, lead_ms AS value,
    ifNull(finished_at, merged_at) AS at,
    stages.stage AS stage_names, stages.start AS stage_starts, stages.end AS stage_ends,
    if(status = 'delivered', [rule], []) AS rules,
    if(status = 'delivered', ['deployment'], []) AS evidence_records,
    if(status = 'delivered', [deployment_id], []) AS evidence_ids,
    multiIf(
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
  AND (status = 'delivered') != {excluded:Bool}
  -- From here on: the page.
  AND (at < {after_at:DateTime64(3, 'UTC')} OR at = {after_at:DateTime64(3, 'UTC')}
    AND (id, item_service, place) > ({after_id:String}, {after_service:String}, {after_environment:String}))
ORDER BY at DESC, id, item_service, place
LIMIT {limit:UInt64};
