-- Flow load: how many items of a value stream are under way at the end of the window, or of each bucket: begun (out of
-- the backlog) before it, and not done before it. The window and its buckets end with now at the latest.
-- Unit: items.
-- Left out: items that wait in the backlog at the end, and what the stream excludes, for its reason (by its end, else by its
-- start); but what was given up later counts until then.

-- The rows.
SELECT group_name, toDate({bucket_days:Array(String)}[place + 1]) AS bucket, sum(items) AS n
FROM
(
    SELECT group_name, arrayJoin(range(begun, done)) AS place, items
    FROM
    (
        WITH
            -- The buckets' ends in milliseconds, and a moment before all of them.
            arrayPushFront(arrayMap(x -> toInt64(x), {bucket_ends:Array(String)}), toInt64(-100000000000000)) AS edges
        SELECT
            -- Each service, repository or product that it concerns, or its team.
            arrayJoin(emptyArrayToSingle(
                if({by:String} = 'service', arrayFilter(x -> empty({services:Array(String)}) OR has({services:Array(String)}, x), services),
                if({by:String} = 'repo', arrayFilter(x -> empty({repos:Array(String)}) OR has({repos:Array(String)}, x), repos),
                if({by:String} = 'team', [team],
                if({by:String} = 'product', arrayFilter(x -> empty({products:Array(String)}) OR has({products:Array(String)}, x), products), [''])))))) AS group_name,
            -- How many of the buckets' ends had come when it was begun, and when it was done.
            transform(roundDown(toUnixTimestamp64Milli(assumeNotNull(begun_at)), edges), edges, range(length(edges)), toUInt64(0)) AS begun,
            if(done_at IS NULL, length({bucket_ends:Array(String)}), transform(roundDown(toUnixTimestamp64Milli(assumeNotNull(done_at)), edges), edges, range(length(edges)), toUInt64(0))) AS done,
            count() AS items
        FROM stream_items
        WHERE stream = {stream:String} AND (status != 'excluded' OR dropped) AND begun_at IS NOT NULL AND begun < done
          -- No end is before the window: this only saves time.
          AND (done_at IS NULL OR done_at >= {from:DateTime64(3, 'UTC')})
          AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
          AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
          AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
          AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
        GROUP BY group_name, begun, done
    )
)
GROUP BY group_name, bucket;

-- The items, counted or left out. What was given up later was under way until then.
WITH status = 'excluded' AND NOT (dropped AND ifNull(done_at >= {end:DateTime64(3, 'UTC')}, false)) AS left_out
SELECT
    item AS id, toString(kind) AS item_kind, title AS item_title, url AS link, services,
    if(length(services) = 1, services[1], '') AS item_service, '' AS place,
    ifNull(begun_at, stream_items.started_at) AS start_at, done_at AS end_at,
    -- The oldest is the first: by when it was begun, else by when it came.
    ifNull(begun_at, stream_items.started_at) AS at,
    arrayMap(x -> x.2, links) AS rules, arrayMap(x -> 'change', links) AS evidence_records, arrayMap(x -> x.1, links) AS evidence_ids,
    multiIf(
        left_out, if(stream_items.excluded = '', 'not told why', stream_items.excluded),
        begun_at IS NULL OR begun_at >= {end:DateTime64(3, 'UTC')}, 'not begun: it waits in the backlog',
        '') AS excluded
FROM stream_items
WHERE stream = {stream:String}
  AND if(left_out,
    ifNull(done_at, started_at) >= {from:DateTime64(3, 'UTC')} AND ifNull(done_at, started_at) < {to:DateTime64(3, 'UTC')},
    started_at < {end:DateTime64(3, 'UTC')} AND (done_at IS NULL OR done_at >= {end:DateTime64(3, 'UTC')}))
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  AND (excluded != '') = {excluded:Bool}
  -- From here on: the page. The oldest comes first.
  AND (at > {after_at:DateTime64(3, 'UTC')} OR at = {after_at:DateTime64(3, 'UTC')}
    AND (id, item_service, place) > ({after_id:String}, {after_service:String}, {after_environment:String}))
ORDER BY at, id, item_service, place
LIMIT {limit:UInt64};
