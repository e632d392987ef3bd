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

-- Deployments with what the configuration, the naming rules and the graph say about them resolved.
CREATE TABLE IF NOT EXISTS resolved_deployments
(
    `service` LowCardinality(String),
    `environment` LowCardinality(String),
    `id` String,
    `kind` LowCardinality(String),                  -- production, staging, testing, development
    `repo` LowCardinality(String),                  -- its own, else the service's only configured one
    `sha` String,
    `version` String,
    `url` String,
    `build_id` String,
    `result` LowCardinality(String),
    `started_at` Nullable(DateTime64(3, 'UTC')),
    `finished_at` Nullable(DateTime64(3, 'UTC')),
    `approval_requested_at` Nullable(DateTime64(3, 'UTC')),
    `approved_at` Nullable(DateTime64(3, 'UTC')),
    `graph` Bool,                                   -- it names a revision of a repository whose graph is known
    `known` Bool,                                   -- its revision is on that graph
    `position` Nullable(UInt32),                    -- where its revision stands on the mainline, or was merged into it later
    `reach` Int64,
    `extras` Array(String)
)
ENGINE = MergeTree
ORDER BY (service, environment, id);

-- Which change brought which commit.
CREATE TABLE IF NOT EXISTS change_commits
(
    `repo` LowCardinality(String),
    `sha` String,
    `change` String,
    `number` Nullable(Int64),
    `merged_at` DateTime64(3, 'UTC')
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
    `named_shas` Array(String),                     -- what it says that it reverts or repairs: commits,
    `named_numbers` Array(Int64),                   -- pull requests of the same repository,
    `named_title` String                            -- or the title of a change
)
ENGINE = MergeTree
ORDER BY (repo, id);

-- Which change names which ticket's key (a key may belong to no ticket: "UTF-8" looks like one), and where.
CREATE TABLE IF NOT EXISTS change_tickets
(
    `repo` LowCardinality(String),
    `change` String,
    `key` String,
    `rule` LowCardinality(String)                   -- title, branch, commit
)
ENGINE = MergeTree
ORDER BY (repo, change, key);

-- Which change reverts or repairs which other change.
CREATE TABLE IF NOT EXISTS change_fixes
(
    `repo` LowCardinality(String),
    `change` String,
    `target` String
)
ENGINE = MergeTree
ORDER BY (repo, change);

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

-- Incidents that name their cause, with the deployments that the name resolves to.
CREATE TABLE IF NOT EXISTS incident_links
(
    `incident` String,
    `service` LowCardinality(String),
    `environment` LowCardinality(String),
    `id` String
)
ENGINE = MergeTree
ORDER BY incident;

-- Why a deployment counts as failed: one row per rule and record, of the rules that are switched on.
CREATE TABLE IF NOT EXISTS failure_evidence
(
    `service` LowCardinality(String),
    `environment` LowCardinality(String),
    `id` String,
    `rule` LowCardinality(String),
    `record` LowCardinality(String),                -- incident, deployment
    `record_id` String,
    `restored_at` Nullable(DateTime64(3, 'UTC'))    -- incident resolved; rollback or fix finished
)
ENGINE = MergeTree
ORDER BY (service, environment, id);

-- Why a deployment counts as rework: one row per rule and record.
CREATE TABLE IF NOT EXISTS rework_evidence
(
    `service` LowCardinality(String),
    `environment` LowCardinality(String),
    `id` String,
    `rule` LowCardinality(String),                  -- rollback, revert, hotfix, urgent
    `record` LowCardinality(String),                -- deployment, change
    `record_id` String
)
ENGINE = MergeTree
ORDER BY (service, environment, id);

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
