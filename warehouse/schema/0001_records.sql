-- The records: what collectors and imports write, one table a kind.
--
-- A record is replaced when it is written again: of two rows with the same key the one with the higher `arrival` counts
-- (the load decides, before it writes, which of two rows is the newer one). `deleted` marks a record that disappeared at
-- its source. Readers see one row a key through FINAL. An unknown time or number is NULL, an unknown text is empty.
-- All times are UTC, in milliseconds.

CREATE TABLE IF NOT EXISTS commits
(
    `repo` LowCardinality(String),
    `sha` String,
    `parents` Array(String),
    `author` LowCardinality(String),
    `author_email` LowCardinality(String),
    `authored_at` DateTime64(3, 'UTC'),
    `committed_at` Nullable(DateTime64(3, 'UTC')),
    `message` String,
    `additions` Nullable(Int64),
    `deletions` Nullable(Int64),
    `files_changed` Nullable(Int64),
    `mainline` Bool,
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (repo, sha);

CREATE TABLE IF NOT EXISTS pull_requests
(
    `repo` LowCardinality(String),
    `number` Int64,
    `title` String,
    `author` LowCardinality(String),
    `base_branch` LowCardinality(String),
    `head_branch` String,
    `draft` Bool,
    `created_at` DateTime64(3, 'UTC'),
    `ready_at` Nullable(DateTime64(3, 'UTC')),
    `first_commit_at` Nullable(DateTime64(3, 'UTC')),
    `merged_at` Nullable(DateTime64(3, 'UTC')),
    `closed_at` Nullable(DateTime64(3, 'UTC')),
    `merge_sha` String,
    `commits` Array(String),
    `labels` Array(String),
    `additions` Nullable(Int64),
    `deletions` Nullable(Int64),
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (repo, number);

CREATE TABLE IF NOT EXISTS reviews
(
    `repo` LowCardinality(String),
    `pull_request` Int64,
    `id` String,
    `kind` LowCardinality(String),
    `actor` LowCardinality(String),
    `target` LowCardinality(String),
    `at` DateTime64(3, 'UTC'),
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (repo, pull_request, id);

CREATE TABLE IF NOT EXISTS builds
(
    `pipeline` LowCardinality(String),
    `id` String,
    `attempt` Int64,
    `repo` LowCardinality(String),
    `sha` String,
    `branch` String,
    `trigger` LowCardinality(String),
    `queued_at` Nullable(DateTime64(3, 'UTC')),
    `started_at` Nullable(DateTime64(3, 'UTC')),
    `finished_at` Nullable(DateTime64(3, 'UTC')),
    `result` LowCardinality(String),
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (pipeline, id, attempt);

CREATE TABLE IF NOT EXISTS build_stages
(
    `pipeline` LowCardinality(String),
    `build_id` String,
    `attempt` Int64,
    `name` LowCardinality(String),
    `queued_at` Nullable(DateTime64(3, 'UTC')),
    `started_at` Nullable(DateTime64(3, 'UTC')),
    `finished_at` Nullable(DateTime64(3, 'UTC')),
    `result` LowCardinality(String),
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (pipeline, build_id, attempt, name);

CREATE TABLE IF NOT EXISTS deployments
(
    `service` LowCardinality(String),
    `environment` LowCardinality(String),
    `id` String,
    `environment_kind` LowCardinality(String),
    `repo` LowCardinality(String),
    `sha` String,
    `version` String,
    `started_at` Nullable(DateTime64(3, 'UTC')),
    `finished_at` Nullable(DateTime64(3, 'UTC')),
    `result` LowCardinality(String),
    `actor` LowCardinality(String),
    `trigger` LowCardinality(String),
    `approval_requested_at` Nullable(DateTime64(3, 'UTC')),
    `approved_at` Nullable(DateTime64(3, 'UTC')),
    `approver` LowCardinality(String),
    `build_id` String,
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (service, environment, id);

CREATE TABLE IF NOT EXISTS incidents
(
    `id` String,
    `services` Array(String),
    `severity` LowCardinality(String),
    `title` String,
    `started_at` DateTime64(3, 'UTC'),
    `detected_at` Nullable(DateTime64(3, 'UTC')),
    `acknowledged_at` Nullable(DateTime64(3, 'UTC')),
    `resolved_at` Nullable(DateTime64(3, 'UTC')),
    `detected_by` LowCardinality(String),
    `caused_by_deployment` String,
    `caused_by_sha` String,
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (id);

CREATE TABLE IF NOT EXISTS tickets
(
    `key` String,
    `project` LowCardinality(String),
    `type` LowCardinality(String),
    `class` LowCardinality(String),
    `priority` LowCardinality(String),
    `title` String,
    `status` LowCardinality(String),
    `created_at` DateTime64(3, 'UTC'),
    `resolved_at` Nullable(DateTime64(3, 'UTC')),
    `parent` String,
    `assignee` LowCardinality(String),
    `team` LowCardinality(String),
    `labels` Array(String),
    `estimate` Nullable(Float64),
    `sprint` LowCardinality(String),
    `fix_versions` Array(String),
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (key);

CREATE TABLE IF NOT EXISTS ticket_links
(
    `ticket` String,
    `kind` LowCardinality(String),
    `target` String,
    `since` Nullable(DateTime64(3, 'UTC')),
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (ticket, kind, target);

CREATE TABLE IF NOT EXISTS transitions
(
    `ticket` String,
    `id` String,
    `at` DateTime64(3, 'UTC'),
    `actor` LowCardinality(String),
    `field` LowCardinality(String),
    `from` String,
    `to` String,
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (ticket, id);

CREATE TABLE IF NOT EXISTS signals
(
    `product` LowCardinality(String),
    `name` LowCardinality(String),
    `at` DateTime64(3, 'UTC'),
    `value` Float64,
    `updated_at` Nullable(DateTime64(3, 'UTC')),
    `source` LowCardinality(String),
    `url` String,
    `arrival` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(arrival, deleted)
ORDER BY (product, name, at);

-- Where each source's collector stopped: saved only after the records up to there are durable.
CREATE TABLE IF NOT EXISTS cursors
(
    `source` String,
    `cursor` String,
    `saved_at` DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(saved_at)
ORDER BY source;

-- Small facts about this warehouse itself (the organisation that was applied, how far facts were derived …).
CREATE TABLE IF NOT EXISTS state
(
    `name` String,
    `value` String,
    `saved_at` DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(saved_at)
ORDER BY name;
