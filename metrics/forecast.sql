-- What a forecast is made from: how many items were done on each day, and when the first of all was.
-- Unit: items.
-- Left out: what the stream excludes.

-- The days on which something was done, in the reporting time zone.
SELECT toDate(assumeNotNull(done_at), {tz:String}) AS day, count() AS n
FROM stream_items
WHERE stream = {stream:String} AND status = 'done'
  AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
GROUP BY day
ORDER BY day;

-- The first day on which anything was done: what was only begun before says nothing of how much is done a day.
SELECT count() AS n, toDate(min(assumeNotNull(done_at)), {tz:String}) AS first
FROM stream_items
WHERE stream = {stream:String} AND status = 'done'
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}));
