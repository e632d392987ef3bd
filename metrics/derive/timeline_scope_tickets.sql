-- The tickets of a batch: a share of all of them ({whole}), or those that may differ ({touched_tickets}).
INSERT INTO {scope_tickets:Identifier} (key)
SELECT key FROM tickets FINAL
WHERE cityHash64(key) % {batches:UInt32} = {batch:UInt32} AND ({whole:Bool} OR key IN (SELECT key FROM {touched_tickets:Identifier}))
  AND (empty({projects:Array(String)}) OR project IN {projects:Array(String)})
  AND (empty({types:Array(String)}) OR lower(type) IN arrayMap(x -> lower(x), {types:Array(String)}));
