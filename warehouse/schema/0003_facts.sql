-- Derived facts: what the metrics read. Written by metrics/derive from the records and the organisation, for the services
-- and repositories that were touched, or whole by a rebuild; never by hand. Free of duplicates by construction: the rows
-- of a service (or repository, or incident) are deleted before they are written again.
-- Times are UTC; durations are whole milliseconds (…_ms). NULL: unknown, or does not apply.

-- Where a commit stands: its own place on the mainline's first-parent line, or that of the merge that brought it in.
-- A revision at position p contains every commit whose position is <= p. Commits that never reached the mainline are not here.
CREATE TABLE IF NOT EXISTS commit_positions
(
    `repo` LowCardinality(String),
    `sha` String,
    `position` UInt32,
    `mainline` Bool
)
ENGINE = MergeTree
ORDER BY (repo, sha);

-- What a deployed revision contains: everything up to `reach` on the mainline (-1: nothing of it), and, for a revision off
-- the mainline (release branch, cherry-pick), the commits of `extras` too.
CREATE TABLE IF NOT EXISTS revisions
(
    `repo` LowCardinality(String),
    `sha` String,
    `reach` Int64,
    `mainline` Bool,
    `extras` Array(String)
)
ENGINE = MergeTree
ORDER BY (repo, sha);

-- Changes: merged pull requests, and steps of the mainline that no known pull request explains.
CREATE TABLE IF NOT EXISTS changes
(
    `repo` LowCardinality(String),
    `id` String,                                    -- repo#number, or repo@sha
    `kind` LowCardinality(String),                  -- pull_request, merge, commit
    `number` Nullable(Int64),
    `sha` String,                                   -- the revision that brought it to the mainline
    `title` String,
    `url` String,
    `author` LowCardinality(String),
    `position` Nullable(UInt32),                    -- NULL: not on the known graph's mainline
    `known` Bool,                                   -- its revision is on a known graph
    `commits` Array(String),
    `first_commit_at` Nullable(DateTime64(3, 'UTC')),
    `created_at` Nullable(DateTime64(3, 'UTC')),
    `ready_at` Nullable(DateTime64(3, 'UTC')),
    `first_review_at` Nullable(DateTime64(3, 'UTC')),
    `approved_at` Nullable(DateTime64(3, 'UTC')),
    `merged_at` DateTime64(3, 'UTC'),
    `excluded` LowCardinality(String),              -- why it can have no lead time; empty when it can
    `revert` Bool,
    `hotfix` Bool,
    `urgent` Bool,                                  -- the change of an urgent defect or of an incident
    `tickets` Array(String),                        -- keys named in its branch, title or commits
    `fixes` Array(String)                           -- ids of the changes that it reverts or names as what it repairs
)
ENGINE = MergeTree
ORDER BY (repo, id);

-- Deliveries: one row per change and service that (will) run it. environment '' is the delivery itself, over all
-- production environments; other rows are each production environment's own.
CREATE TABLE IF NOT EXISTS deliveries
(
    `service` LowCardinality(String),
    `environment` LowCardinality(String),
    `team` LowCardinality(String),
    `products` Array(LowCardinality(String)),
    `repo` LowCardinality(String),
    `change` String,
    `kind` LowCardinality(String),
    `title` String,
    `url` String,
    `merged_at` DateTime64(3, 'UTC'),
    `status` LowCardinality(String),                -- delivered, waiting, baseline, excluded
    `excluded` LowCardinality(String),              -- of an excluded one: why it has no lead time
    `rule` LowCardinality(String),                  -- ancestry, inferred
    `deployment_environment` LowCardinality(String),
    `deployment_id` String,
    `build` String,                                 -- pipeline/id#attempt of the build that made what was deployed
    `started_at` Nullable(DateTime64(3, 'UTC')),    -- where the lead time starts
    `finished_at` Nullable(DateTime64(3, 'UTC')),   -- where the deployment finished
    `lead_ms` Nullable(Int64),
    `coding_ms` Nullable(Int64),
    `pickup_ms` Nullable(Int64),
    `review_ms` Nullable(Int64),
    `merge_wait_ms` Nullable(Int64),
    `build_queue_ms` Nullable(Int64),
    `build_ms` Nullable(Int64),
    `approval_ms` Nullable(Int64),
    `deploy_wait_ms` Nullable(Int64),
    `deploy_ms` Nullable(Int64),
    `stages` Array(Tuple(stage LowCardinality(String), start DateTime64(3, 'UTC'), end DateTime64(3, 'UTC')))
)
ENGINE = MergeTree
ORDER BY (service, environment, change);

-- Deployments with what was found out about them.
CREATE TABLE IF NOT EXISTS deployment_facts
(
    `service` LowCardinality(String),
    `environment` LowCardinality(String),
    `id` String,
    `kind` LowCardinality(String),                  -- production, staging, testing, development
    `team` LowCardinality(String),
    `products` Array(LowCardinality(String)),
    `repo` LowCardinality(String),
    `sha` String,
    `version` String,
    `url` String,
    `result` LowCardinality(String),
    `started_at` Nullable(DateTime64(3, 'UTC')),
    `finished_at` Nullable(DateTime64(3, 'UTC')),
    `known` Bool,                                   -- its revision is on a known graph
    `changes` UInt32,                               -- first delivered by it
    `failed` Bool,                                  -- by the rules that are switched on
    `failure_rules` Array(LowCardinality(String)),  -- linked, rolled_back, fixed_forward, attributed, failed_run
    `failure_records` Array(LowCardinality(String)),-- incident, deployment
    `failure_ids` Array(String),
    `restored_at` Nullable(DateTime64(3, 'UTC')),
    `recovery_ms` Nullable(Int64),
    `recovery` LowCardinality(String),              -- of a failed one: restored, open, negative
    `rework` Bool,
    `rework_rules` Array(LowCardinality(String)),   -- rollback, revert, hotfix, urgent
    `rework_records` Array(LowCardinality(String)), -- deployment, change
    `rework_ids` Array(String)
)
ENGINE = MergeTree
ORDER BY (service, environment, id);

-- Incidents with the teams and products of their services.
CREATE TABLE IF NOT EXISTS incident_facts
(
    `id` String,
    `services` Array(LowCardinality(String)),
    `repos` Array(LowCardinality(String)),
    `teams` Array(LowCardinality(String)),
    `products` Array(LowCardinality(String)),
    `severity` LowCardinality(String),
    `title` String,
    `url` String,
    `started_at` DateTime64(3, 'UTC'),
    `detected_at` Nullable(DateTime64(3, 'UTC')),
    `acknowledged_at` Nullable(DateTime64(3, 'UTC')),
    `resolved_at` Nullable(DateTime64(3, 'UTC')),
    `cause_rules` Array(LowCardinality(String)),    -- linked, attributed
    `cause_ids` Array(String)                       -- service/environment/id of the deployments blamed
)
ENGINE = MergeTree
ORDER BY id;

-- The quiet times of a service: from the end of one incident to the start of the next, overlapping ones counted as one.
CREATE TABLE IF NOT EXISTS incident_gaps
(
    `service` LowCardinality(String),
    `team` LowCardinality(String),
    `products` Array(LowCardinality(String)),
    `repos` Array(LowCardinality(String)),
    `previous` String,                              -- the incident that ended last
    `next` String,                                  -- the incident that ended the quiet
    `title` String,                                 -- of the next
    `started_at` DateTime64(3, 'UTC'),
    `finished_at` DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (service, finished_at, next);
