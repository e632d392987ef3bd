-- Deployment rework rate: of the successful production deployments of the window, the share that repair: they are a rollback, or
-- deliver a revert, a hotfix, or the change of an urgent defect or of an incident.
-- Unit: ratio of deployments.
-- Left out: deployments that failed, were cancelled or still run, and those to environments of another kind than production.

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
    countIf(rework) AS numerator,
    count() AS denominator
FROM deployment_facts
WHERE kind = 'production' AND result = 'success'
  AND finished_at >= {from:DateTime64(3, 'UTC')} AND finished_at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR service IN {services:Array(String)})
  AND (empty({repos:Array(String)}) OR repo IN {repos:Array(String)})
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  AND (empty({environments:Array(String)}) OR environment IN {environments:Array(String)})
GROUP BY group_name, bucket;

-- The items, counted or left out.
SELECT
    id, 'deployment' AS item_kind, if(version = '', sha, version) AS item_title, url AS link, service AS item_service, environment AS place,
    started_at AS start_at, finished_at AS end_at,
    -- Without a known finish it stands in the window by its start, and without any time in every window.
    coalesce(finished_at, started_at, {from:DateTime64(3, 'UTC')}) AS at,
    toInt64(rework) AS value,
    rework_rules AS rules, rework_records AS evidence_records, rework_ids AS evidence_ids,
    multiIf(
        kind != 'production', concat('not production: ', environment, ' (', kind, ')'),
        result = 'success' AND finished_at IS NULL, 'no finish time known',
        result = 'success', '',
        result = 'failure', 'the deployment itself failed',
        result = 'running', 'still running',
        result = 'cancelled', 'cancelled',
        concat('its result is unknown: ', result)) AS excluded
FROM deployment_facts
WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR service IN {services:Array(String)})
  AND (empty({repos:Array(String)}) OR repo IN {repos:Array(String)})
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  AND (empty({environments:Array(String)}) OR environment IN {environments:Array(String)})
  AND (kind = 'production' AND result = 'success' AND finished_at IS NOT NULL) != {excluded:Bool}
  -- From here on: the page.
  AND (at < {after_at:DateTime64(3, 'UTC')} OR at = {after_at:DateTime64(3, 'UTC')}
    AND (id, item_service, place) > ({after_id:String}, {after_service:String}, {after_environment:String}))
ORDER BY at DESC, id, item_service, place
LIMIT {limit:UInt64};
