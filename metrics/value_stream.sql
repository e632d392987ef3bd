-- The figures of a value stream over a window: of the whole and of each stage the lead time (entered to left), the process
-- time (its active intervals) and the waiting time (the rest) of the items done in the window; how many are in it, came and
-- left; the share of its exits that did not come back; and for which reasons the time was spent.
-- Unit: milliseconds, on the elapsed or the working clock.
-- Left out: items that are excluded, which are told with their reasons, and open items from all durations. What was given up is
-- among what stood in a stage, came and left.

-- The whole stream. A row for the items done, one for the open ones, and one for each reason to leave items out. An item
-- that never ended stands in the window by its start.
SELECT state, reason, count() AS n, countIf(redone) AS redone_n,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(lead) AS lead_levels, ifNull(sum(lead), 0) AS lead_sum,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(active) AS process_levels, ifNull(sum(active), 0) AS process_sum,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(waited) AS waiting_levels, ifNull(sum(waited), 0) AS waiting_sum
FROM
(
    SELECT
        if({working:Bool}, lead_working_ms, lead_ms) AS lead,
        if({working:Bool}, active_working_ms, active_ms) AS active,
        if({working:Bool}, waiting_working_ms, waiting_ms) AS waited,
        if(status = 'done' AND lead IS NULL, 'excluded', toString(status)) AS state,
        multiIf(state != 'excluded', '', status = 'done', 'no calendar says its working time', excluded = '', 'not told why', excluded) AS reason,
        returns > 0 AS redone
    FROM stream_items
    WHERE stream = {stream:String}
      AND (status = 'open' AND started_at <= {now:DateTime64(3, 'UTC')}
        OR status != 'open' AND ifNull(done_at, started_at) >= {from:DateTime64(3, 'UTC')} AND ifNull(done_at, started_at) < {to:DateTime64(3, 'UTC')})
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
)
GROUP BY state, reason
ORDER BY n DESC, reason;

-- The time of each item done in the window in each stage that it was in, all its visits together: kept on the last of them.
SELECT toString(stage) AS name, count() AS n,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(active + waited) AS lead_levels, sum(active + waited) AS lead_sum,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(active) AS process_levels, sum(active) AS process_sum,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(waited) AS waiting_levels, sum(waited) AS waiting_sum
FROM
(
    SELECT stage,
        assumeNotNull(if({working:Bool}, stage_process_working_ms, stage_process_ms)) AS active,
        assumeNotNull(if({working:Bool}, stage_waiting_working_ms, stage_waiting_ms)) AS waited
    FROM stream_visits
    WHERE stream = {stream:String} AND status = 'done'
      AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
      AND if({working:Bool}, stage_process_working_ms, stage_process_ms) IS NOT NULL
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR item_team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
)
GROUP BY stage;

-- The visits of each stage by the group that had the work: what came, left and stands there; also of work that was given up
-- meanwhile: without it, every stage would seem to have grown. What was over before the window is not looked at.
SELECT toString(stage) AS name, toString(owner) AS who, any(position) AS place, any(side) AS is_side,
    sumIf(ifNull(if({working:Bool}, process_working_ms + waiting_working_ms, process_ms + waiting_ms), 0),
        status = 'done' AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}) AS lead_sum,
    countIf(status = 'open' AND left_at IS NULL AND entered_at <= {now:DateTime64(3, 'UTC')}) AS wip,
    countIf(entered_at <= {from:DateTime64(3, 'UTC')} AND (left_at IS NULL OR left_at > {from:DateTime64(3, 'UTC')})) AS wip_then,
    countIf(entered_at >= {from:DateTime64(3, 'UTC')} AND entered_at < {to:DateTime64(3, 'UTC')}) AS arrivals,
    countIf(left_at >= {from:DateTime64(3, 'UTC')} AND left_at < {to:DateTime64(3, 'UTC')}) AS departures,
    countIf(forward AND NOT dropped AND left_at >= {from:DateTime64(3, 'UTC')} AND left_at < {to:DateTime64(3, 'UTC')}) AS exits,
    countIf(forward AND NOT returned AND NOT dropped AND left_at >= {from:DateTime64(3, 'UTC')} AND left_at < {to:DateTime64(3, 'UTC')}) AS accurate
FROM stream_visits
WHERE stream = {stream:String} AND (status != 'excluded' OR dropped)
  AND (done_at IS NULL OR done_at >= {from:DateTime64(3, 'UTC')})
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR item_team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
GROUP BY stage, owner;

-- Where the exits of the window came back from: the stage that sent the item back, as the record of that step says.
SELECT toString(stage) AS name, toString(returned_from) AS sender, toString(return_rule) AS rule, count() AS n
FROM stream_visits
WHERE stream = {stream:String} AND status != 'excluded' AND forward AND returned
  AND left_at >= {from:DateTime64(3, 'UTC')} AND left_at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR item_team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
GROUP BY name, sender, rule
ORDER BY n DESC, sender, rule;

-- What the time of the items done in the window was spent on, or waited for.
SELECT toString(reason) AS why, toString(class) AS kind, count() AS n, sum(took) AS total, quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(took) AS levels
FROM
(
    SELECT part.reason AS reason, part.class AS class, if({working:Bool}, part.working_ms, part.ms) AS took
    FROM stream_items
    ARRAY JOIN spent AS part
    WHERE stream = {stream:String} AND status = 'done'
      AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
      AND if({working:Bool}, lead_working_ms, lead_ms) IS NOT NULL
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
)
WHERE took > 0
GROUP BY reason, class
ORDER BY total DESC, why, kind;
