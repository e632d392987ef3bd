-- The changes of a batch that belong to no ticket: they are items of their own; those of the stream's {services}, where it names
-- some. {linked_alone} are those that do belong to one, which {links} may hold already. Where a ticket has the same name (an
-- issue of the repository), the change is called as its code host would: repo!number.
INSERT INTO {links:Identifier} (item, repo, change, number, begun, merged, rule)
SELECT if(id IN (SELECT key FROM tickets), replaceOne(id, '#', '!'), id), repo, id, number, toUnixTimestamp64Milli(if(isNotNull(first_commit_at) AND first_commit_at <= merged_at, assumeNotNull(first_commit_at), coalesce(created_at, merged_at))), toNullable(toUnixTimestamp64Milli(merged_at)), ''
FROM
(
    SELECT toString(repo) AS repo, id, number, first_commit_at, created_at, merged_at FROM {changes:Identifier}
    WHERE cityHash64(id) % {batches:UInt32} = {batch:UInt32} AND ({whole:Bool} OR (repo, id) IN (SELECT repo, change FROM {touched_changes:Identifier}))
)
WHERE (repo, id) NOT IN (SELECT repo, change FROM {linked_alone:Identifier})
  AND (empty({services:Array(String)}) OR repo IN (SELECT repo FROM {stream_repos:Identifier} WHERE service IN {services:Array(String)}))
  AND (empty({services:Array(String)}) OR (repo, id) IN (SELECT toString(repo), change FROM {deliveries:Identifier} WHERE environment = '' AND has({services:Array(String)}, toString(service))))
UNION ALL
SELECT concat(repo, if(concat(repo, '#', toString(number)) IN (SELECT key FROM tickets), '!', '#'), toString(number)), repo, concat(repo, '#', toString(number)), toNullable(number), min(begun), CAST(NULL, 'Nullable(Int64)'), ''
FROM {open_pulls:Identifier}
WHERE cityHash64(concat(repo, '#', toString(number))) % {batches:UInt32} = {batch:UInt32} AND ({whole:Bool} OR (repo, concat(repo, '#', toString(number))) IN (SELECT repo, change FROM {touched_changes:Identifier}))
  AND (repo, concat(repo, '#', toString(number))) NOT IN (SELECT repo, change FROM {linked_alone:Identifier})
  AND (empty({services:Array(String)}) OR repo IN (SELECT repo FROM {stream_repos:Identifier} WHERE service IN {services:Array(String)}))
  AND (empty({services:Array(String)}) OR repo IN (SELECT toString(repo) FROM {resolved_deployments:Identifier} WHERE has({services:Array(String)}, toString(service)) UNION ALL SELECT toString(repo) FROM org_repos WHERE has({services:Array(String)}, toString(service))))
GROUP BY repo, number;

INSERT INTO {items_pulls:Identifier} (repo, number)
SELECT DISTINCT repo, assumeNotNull(number) FROM {links:Identifier}
WHERE isNotNull(number) AND (repo, number) NOT IN (SELECT repo, number FROM {items_pulls:Identifier});
