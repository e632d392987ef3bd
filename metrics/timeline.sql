-- The timeline of one item: its intervals from its first event to its last, or until now where it is open, the handoffs
-- between them, what came back, and the changes that it was done with.
-- Unit: milliseconds.
-- Left out: nothing; an item that the figures leave out has a timeline too, and says why.

-- The item, or the items that a change belongs to. Without a stream: of any, the default one first.
SELECT toString(stream) AS of_stream, item AS id, toString(kind) AS item_kind, toString(class) AS item_class, toString(type) AS item_type,
    title AS item_title, url AS link, toString(team) AS item_team, services AS of_services, products AS of_products,
    changes AS of_changes, links.change AS linked, links.rule AS link_rules,
    toString(status) AS state, excluded AS why_excluded, started_at AS start_at, done_at AS end_at,
    if({working:Bool}, lead_working_ms, lead_ms) AS lead,
    if({working:Bool}, active_working_ms, active_ms) AS active,
    if({working:Bool}, waiting_working_ms, waiting_ms) AS waiting
FROM stream_items
WHERE ({stream:String} = '' OR stream = {stream:String})
  AND if({by_change:Bool}, has(changes, {item:String}), item = {item:String})
ORDER BY of_stream != {default_stream:String}, of_stream, start_at, id
LIMIT 2;

-- Items with a name like it.
SELECT DISTINCT item AS name
FROM stream_items
WHERE ({stream:String} = '' OR stream = {stream:String})
  AND abs(toInt64(length(item)) - toInt64(length({item:String}))) <= {slips:Int64}
  AND editDistance(lower(item), lower({item:String})) <= {slips:Int64}
ORDER BY editDistance(lower(name), lower({item:String})), name
LIMIT 5;

-- Whether there is any item at all.
SELECT DISTINCT toString(stream) AS name FROM stream_items ORDER BY name;

-- The intervals.
SELECT n, toString(stage) AS at_stage, toString(class) AS of_class, toString(reason) AS why, toString(owner) AS of_owner,
    start_at AS began, end_at AS ended,
    if({working:Bool}, working_ms, dateDiff('millisecond', start_at, end_at)) AS took,
    toString(rule) AS by_rule, toString(record) AS by_record, record_id AS by_id
FROM stream_intervals
WHERE stream = {stream:String} AND item = {item:String}
ORDER BY n;

-- The handoffs.
SELECT at AS began, toString(from_owner) AS from_group, toString(to_owner) AS to_group, toString(reason) AS why, received_at AS received,
    if({working:Bool}, wait_working_ms, wait_ms) AS wait, `return` AS returned
FROM stream_handoffs
WHERE stream = {stream:String} AND item = {item:String}
ORDER BY n;

-- The stays in its stages, and what came back to them.
SELECT toString(stage) AS at_stage, entered_at AS entered, returned AS came_back, returned_at AS came_back_at,
    toString(return_rule) AS by_rule, toString(return_record) AS by_record, return_record_id AS by_id
FROM stream_visits
WHERE stream = {stream:String} AND item = {item:String}
ORDER BY n;

-- The changes that are merged, with what delivered them.
SELECT c.id AS name, c.title AS item_title, c.url AS link, c.merged_at AS merged, d.of_services AS services, d.environments AS environments,
    d.deployments AS deployments, d.finished AS finished
FROM (SELECT id, title, url, merged_at FROM changes WHERE repo IN {repos:Array(String)} AND id IN {changes:Array(String)}) AS c
ANY LEFT JOIN
(
    SELECT change,
        arraySort(groupArray((assumeNotNull(finished_at), toString(service), toString(deployment_environment), deployment_id))) AS all,
        arrayMap(x -> x.2, all) AS of_services, arrayMap(x -> x.3, all) AS environments, arrayMap(x -> x.4, all) AS deployments, arrayMap(x -> x.1, all) AS finished
    FROM deliveries
    WHERE change IN {changes:Array(String)} AND environment = '' AND status = 'delivered' AND finished_at IS NOT NULL
    GROUP BY change
) AS d ON c.id = d.change
ORDER BY merged, name;

-- The records behind them, with their pages. Each list names at least one: an empty text, which no record has as its key.
SELECT 'ticket' AS record, key AS id, title AS item_title, url AS link
FROM tickets FINAL
WHERE key IN {tickets:Array(String)}
UNION ALL
SELECT 'pull_request', concat(repo, '#', toString(number)), title, url
FROM pull_requests FINAL
WHERE repo IN {repos:Array(String)} AND concat(repo, '#', toString(number)) IN {pull_requests:Array(String)}
UNION ALL
SELECT 'deployment', concat(service, '/', environment, '/', id), '', url
FROM deployments FINAL
WHERE service IN {services:Array(String)} AND concat(service, '/', environment, '/', id) IN {deployments:Array(String)}
UNION ALL
SELECT 'build', concat(pipeline, '/', id, '#', toString(attempt)), '', url
FROM builds FINAL
WHERE pipeline IN {pipelines:Array(String)} AND concat(pipeline, '/', id, '#', toString(attempt)) IN {builds:Array(String)}
UNION ALL
SELECT 'change', id, title, url
FROM changes
WHERE repo IN {repos:Array(String)} AND id IN {changes:Array(String)}
UNION ALL
SELECT 'incident', id, title, url
FROM incidents FINAL
WHERE id IN {incidents:Array(String)};
