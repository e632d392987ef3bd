-- The flow of a stream in a window: cumulative flow, ageing work and scatter.
-- Unit: items; times in milliseconds.
-- Left out: what the stream excludes (in the cumulative flow, what was given up counts until then); the rest is said at each
-- statement.

-- Cumulative flow: by how many items each stage grew or shrank from the end of one day to the next, days being dates in the
-- reporting time zone; what was there when the window began came on its {first_day}. The last day ends at {last_end}. Of "done": the
-- items done since the window's start. The time between a ticket's being done and its being reopened is in no stage. Work that
-- was given up is in its stages until then: without it, every stage would seem to grow.
SELECT toString(stage_id) AS stage_name, day, sum(items) AS step, min(place) AS first_place
FROM
(
    SELECT stage AS stage_id, greatest(toDate(entered_at, {tz:String}), toDate({first_day:String})) AS day, toInt64(count()) AS items, min(position) AS place
    FROM stream_visits
    WHERE stream = {stream:String} AND (status != 'excluded' OR dropped) AND stage != 'done'
      AND entered_at < {last_end:DateTime64(3, 'UTC')} AND (left_at IS NULL OR left_at >= {from:DateTime64(3, 'UTC')})
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR item_team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
    GROUP BY stage_id, day
    UNION ALL
    SELECT stage, greatest(toDate(assumeNotNull(left_at), {tz:String}), toDate({first_day:String})) AS day, -toInt64(count()), min(position)
    FROM stream_visits
    WHERE stream = {stream:String} AND (status != 'excluded' OR dropped) AND stage != 'done'
      AND left_at >= {from:DateTime64(3, 'UTC')} AND left_at < {last_end:DateTime64(3, 'UTC')}
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR item_team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
    GROUP BY stage, day
    UNION ALL
    SELECT 'done', greatest(toDate(assumeNotNull(done_at), {tz:String}), toDate({first_day:String})) AS day, toInt64(count()), 65535
    FROM stream_items
    WHERE stream = {stream:String} AND status = 'done' AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {last_end:DateTime64(3, 'UTC')}
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
    GROUP BY day
)
GROUP BY stage_name, day
ORDER BY first_place, stage_name, day;

-- Ageing work: the items that are begun and not done now, the oldest first.
SELECT item AS id, toString(kind) AS item_kind, title AS item_title, url AS link, toString(team) AS item_team,
    toString(stage) AS stage_name, toString(owner) AS owner_name,
    dateDiff('millisecond', assumeNotNull(begun_at), {now:DateTime64(3, 'UTC')}) AS age,
    dateDiff('millisecond', since_at, {now:DateTime64(3, 'UTC')}) AS in_stage,
    count() OVER () AS total
FROM stream_items
WHERE stream = {stream:String} AND status = 'open' AND begun_at <= {now:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
ORDER BY begun_at, item
LIMIT {limit:UInt64};

-- Scatter: the items done in the window, by their end, each with its flow time; evenly thinned to so many.
SELECT id, item_title, link, end_at, took, total
FROM
(
    SELECT item AS id, title AS item_title, url AS link, assumeNotNull(done_at) AS end_at,
        assumeNotNull(if({working:Bool}, lead_working_ms, lead_ms)) AS took,
        row_number() OVER (ORDER BY done_at, item) AS place,
        count() OVER () AS total
    FROM stream_items
    WHERE stream = {stream:String} AND status = 'done' AND if({working:Bool}, lead_working_ms, lead_ms) IS NOT NULL
      AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
)
WHERE intDiv(place * {limit:UInt64}, total) > intDiv((place - 1) * {limit:UInt64}, total)
ORDER BY place;

-- Of the items done in the window the flow times, and how long it took since they were begun, which an age is compared with.
-- An item that was never begun, being done straight from the backlog, is not in the latter.
SELECT
    countIf(took IS NOT NULL) AS n, quantilesExactInclusiveIf(0.5, 0.85, 0.95)(assumeNotNull(took), took IS NOT NULL) AS levels,
    countIf(begun IS NOT NULL) AS begun_n, quantilesExactInclusiveIf(0.5, 0.85, 0.95)(assumeNotNull(begun), begun IS NOT NULL) AS begun_levels
FROM
(
    SELECT if({working:Bool}, lead_working_ms, lead_ms) AS took, dateDiff('millisecond', begun_at, done_at) AS begun
    FROM stream_items
    WHERE stream = {stream:String} AND status = 'done'
      AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
);
