-- Failed-deployment recovery time: from the finish of a failed production deployment to the latest resolution of its
-- incidents, or, where it has none, to the earliest rollback or fix that finished; counted when restored in the window.
-- Unit: seconds.
-- Left out: failures that are still open (they stand in the window by the finish of the failed deployment) and those that
-- seem to be restored before they happened; on the working clock also those of which no calendar says the working time.

-- The rows.
SELECT
    -- One group, or each product.
    arrayJoin(if({by:String} = 'product',
        emptyArrayToSingle(arrayFilter(x -> empty({products:Array(String)}) OR has({products:Array(String)}, x), products)),
        [if({by:String} = 'service', service,
            if({by:String} = 'repo', repo,
            if({by:String} = 'team', team,
            if({by:String} = 'environment', environment, ''))))])) AS group_name,
    if({every:String} = 'day', toDate(assumeNotNull(restored_at), {tz:String}),
        if({every:String} = 'week', toMonday(assumeNotNull(restored_at), {tz:String}),
        if({every:String} = 'month', toStartOfMonth(assumeNotNull(restored_at), {tz:String}),
        if({every:String} = 'quarter', toStartOfQuarter(assumeNotNull(restored_at), {tz:String}), toDate(0))))) AS bucket,
    count() AS n,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(assumeNotNull(if({working:Bool}, recovery_working_ms, recovery_ms))) AS levels,
    avg(assumeNotNull(if({working:Bool}, recovery_working_ms, recovery_ms))) AS mean
FROM deployment_facts
WHERE kind = 'production' AND failed AND recovery = 'restored' AND if({working:Bool}, isNotNull(recovery_working_ms), true)
  AND restored_at >= {from:DateTime64(3, 'UTC')} AND restored_at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR service IN {services:Array(String)})
  AND (empty({repos:Array(String)}) OR repo IN {repos:Array(String)})
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  AND (empty({environments:Array(String)}) OR environment IN {environments:Array(String)})
GROUP BY group_name, bucket;

-- The items, counted or left out.
SELECT
    id, 'deployment' AS item_kind, if(version = '', sha, version) AS item_title, url AS link, service AS item_service, environment AS place,
    finished_at AS start_at, restored_at AS end_at, if({working:Bool}, recovery_working_ms, recovery_ms) AS value,
    -- An open failure stands in the window by the moment when it began, and without any time in every window.
    coalesce(restored_at, finished_at, started_at, {from:DateTime64(3, 'UTC')}) AS at,
    failure_rules AS rules, failure_records AS evidence_records, failure_ids AS evidence_ids,
    multiIf(
        recovery = 'restored' AND if({working:Bool}, isNull(recovery_working_ms), false), 'no calendar says its working time',
        recovery = 'restored', '',
        recovery = 'negative', 'negative: restored before the deployment finished',
        'open: not restored yet') AS excluded
FROM deployment_facts
WHERE kind = 'production' AND failed
  AND at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR service IN {services:Array(String)})
  AND (empty({repos:Array(String)}) OR repo IN {repos:Array(String)})
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  AND (empty({environments:Array(String)}) OR environment IN {environments:Array(String)})
  AND (excluded != '') = {excluded:Bool}
  -- From here on: the page.
  AND (at < {after_at:DateTime64(3, 'UTC')} OR at = {after_at:DateTime64(3, 'UTC')}
    AND (id, item_service, place) > ({after_id:String}, {after_service:String}, {after_environment:String}))
ORDER BY at DESC, id, item_service, place
LIMIT {limit:UInt64};
