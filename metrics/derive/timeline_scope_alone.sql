-- The changes of a batch that belong to no ticket of the stream: they are items of their own. {linked_alone} are those that do.
INSERT INTO {links:Identifier} (item, repo, change, number, begun, merged, rule)
SELECT id, repo, id, number, toUnixTimestamp64Milli(if(isNotNull(first_commit_at) AND first_commit_at <= merged_at, assumeNotNull(first_commit_at), coalesce(created_at, merged_at))), toNullable(toUnixTimestamp64Milli(merged_at)), ''
FROM
(
    SELECT toString(repo) AS repo, id, number, first_commit_at, created_at, merged_at FROM {changes:Identifier}
    WHERE cityHash64(id) % {batches:UInt32} = {batch:UInt32} AND ({whole:Bool} OR (repo, id) IN (SELECT repo, change FROM {touched_changes:Identifier}))
)
WHERE (repo, id) NOT IN (SELECT repo, change FROM {linked_alone:Identifier})
UNION ALL
SELECT concat(repo, '#', toString(number)), repo, concat(repo, '#', toString(number)), toNullable(number), min(begun), CAST(NULL, 'Nullable(Int64)'), ''
FROM {open_pulls:Identifier}
WHERE cityHash64(concat(repo, '#', toString(number))) % {batches:UInt32} = {batch:UInt32} AND ({whole:Bool} OR (repo, concat(repo, '#', toString(number))) IN (SELECT repo, change FROM {touched_changes:Identifier}))
  AND (repo, concat(repo, '#', toString(number))) NOT IN (SELECT repo, change FROM {linked_alone:Identifier})
GROUP BY repo, number;

INSERT INTO {items_pulls:Identifier} (repo, number)
SELECT DISTINCT repo, assumeNotNull(number) FROM {links:Identifier} WHERE isNotNull(number);
