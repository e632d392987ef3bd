-- What a stream would take if some of its stages' waits were longer or shorter: of each item done in the window the wait in
-- those stages is scaled, its lead time is computed anew, and the percentiles are those of the items' new lead times.
-- Unit: milliseconds, on the elapsed or the working clock.
-- Left out: as of the value stream. Process times stay as they are, and so do the waits in all other stages.

-- The whole stream, before and after. Items that were in none of the stages stay as they were.
SELECT count() AS n,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(before) AS before_levels, sum(before) AS before_sum,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(before + longer) AS after_levels, sum(before + longer) AS after_sum
FROM
(
    SELECT item, assumeNotNull(if({working:Bool}, lead_working_ms, lead_ms)) AS before
    FROM stream_items
    WHERE stream = {stream:String} AND status = 'done'
      AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
      AND if({working:Bool}, lead_working_ms, lead_ms) IS NOT NULL
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
) AS whole
LEFT ANY JOIN
(
    SELECT item, sum(toInt64(round(assumeNotNull(if({working:Bool}, stage_waiting_working_ms, stage_waiting_ms)) * (transform(toString(stage), {stages:Array(String)}, {waits:Array(Float64)}, 1.) - 1)))) AS longer
    FROM stream_visits
    WHERE stream = {stream:String} AND status = 'done' AND stage IN {stages:Array(String)}
      AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
      AND if({working:Bool}, stage_waiting_working_ms, stage_waiting_ms) IS NOT NULL
    GROUP BY item
) AS changed USING (item);

-- Each of the stages, of the items that were in it.
SELECT name, count() AS n,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(active + waited) AS before_levels, sum(active + waited) AS before_sum,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(active + waits) AS after_levels, sum(active + waits) AS after_sum
FROM
(
    SELECT toString(stage) AS name,
        assumeNotNull(if({working:Bool}, stage_process_working_ms, stage_process_ms)) AS active,
        assumeNotNull(if({working:Bool}, stage_waiting_working_ms, stage_waiting_ms)) AS waited,
        waited + toInt64(round(waited * (transform(name, {stages:Array(String)}, {waits:Array(Float64)}, 1.) - 1))) AS waits
    FROM stream_visits
    WHERE stream = {stream:String} AND status = 'done' AND stage IN {stages:Array(String)}
      AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
      AND if({working:Bool}, stage_process_working_ms, stage_process_ms) IS NOT NULL
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR item_team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
)
GROUP BY name;
