-- The items of a stream at any time, and when the first of them came.
-- Unit: items.
-- Left out: what the stream excludes; but what was given up was under way before.
SELECT count() AS n, min(started_at) AS first
FROM stream_items
WHERE stream = {stream:String} AND (status != 'excluded' OR dropped)
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
