-- What trackers and code hosts say about their own words and groups.

-- The statuses of a tracker with its own class of them, for a project or (empty) for all of them.
CREATE TABLE IF NOT EXISTS statuses
(
    `project` LowCardinality(String),
    `name` String,
    `category` LowCardinality(String),
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (project, name);

-- Which accounts belong to a vendor's group (a GitHub team, a Jira group); a team may name such groups as its members.
CREATE TABLE IF NOT EXISTS memberships
(
    `group` LowCardinality(String),
    `account` String,
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (`group`, account);
