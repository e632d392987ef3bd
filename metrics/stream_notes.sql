-- What explains an answer about a stream: its stages, the names that its items have, when the first and the last of them
-- were done, and what was left out.

-- The stages of every stream, in the order of the work.
SELECT toString(stream) AS stream_name, toString(stage) AS stage_name, title AS stage_title, toString(role) AS stage_role,
    toString(owner) AS stage_owner, queue AS is_queue, side AS is_side
FROM stream_stages
ORDER BY stream_name, position;

-- The statuses that no rule of the stream knows, where all tickets belong to it: else they may be another stream's.
SELECT status AS name, class = 'waiting' AS waits FROM stream_statuses
WHERE stream = {stream:String} AND rule = 'unmapped' AND stream NOT IN (SELECT stream FROM streams WHERE notEmpty(projects) OR notEmpty(types))
ORDER BY name;

-- Every name that the items of the stream can be filtered by, with its dimension.
SELECT DISTINCT 'team' AS dimension, toString(team) AS name FROM stream_items WHERE stream = {stream:String}
UNION ALL
SELECT DISTINCT 'service', toString(arrayJoin(services)) FROM stream_items WHERE stream = {stream:String}
UNION ALL
SELECT DISTINCT 'repo', toString(arrayJoin(repos)) FROM stream_items WHERE stream = {stream:String}
UNION ALL
SELECT DISTINCT 'product', toString(arrayJoin(products)) FROM stream_items WHERE stream = {stream:String};

-- The items at any time.
SELECT countIf(status = 'done') AS done, countIf(status = 'open') AS open, countIf(status = 'excluded') AS excluded,
    minIf(assumeNotNull(done_at), status = 'done') AS first, maxIf(assumeNotNull(done_at), status = 'done') AS last
FROM stream_items
WHERE stream = {stream:String}
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}));

-- The items of the window that no figure counts, by the reason, the commonest first. An item that never ended stands in the
-- window by its start.
SELECT
    if(status = 'excluded', if(excluded = '', 'not told why', excluded), 'no calendar says its working time') AS reason,
    count() AS n
FROM stream_items
WHERE stream = {stream:String}
  AND (status = 'excluded' OR {working:Bool} AND status = 'done' AND lead_working_ms IS NULL)
  AND ifNull(done_at, started_at) >= {from:DateTime64(3, 'UTC')} AND ifNull(done_at, started_at) < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
GROUP BY reason
ORDER BY n DESC, reason;
