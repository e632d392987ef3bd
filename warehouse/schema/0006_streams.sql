-- Value streams: what the work looks like on its way, from the idea to production. Written by metrics/derive like the
-- other facts; times are UTC, durations whole milliseconds (…_ms). NULL: unknown, or not yet.

-- The stages of each stream, in the order of the work, as configured or as the default finds them in the data.
CREATE TABLE IF NOT EXISTS stream_stages
(
    `stream` LowCardinality(String),
    `position` UInt16,
    `stage` LowCardinality(String),
    `title` String,
    `role` LowCardinality(String),                  -- who acts in it where no team is known: development, review, test …
    `owner` LowCardinality(String),                 -- the team that is configured for it; empty: as the data say
    `queue` Bool,                                   -- before the work begins: the backlog
    `side` Bool                                     -- a visit to another group on the way: coming from there is no return
)
ENGINE = MergeTree
ORDER BY (stream, position);

-- What each status of a tracker means in a stream.
CREATE TABLE IF NOT EXISTS stream_statuses
(
    `stream` LowCardinality(String),
    `status` String,
    `stage` LowCardinality(String),                 -- empty: it says nothing of the stage (blocked); done: the end
    `class` LowCardinality(String),                 -- active, waiting
    `reason` LowCardinality(String),                -- working, review, test, blocked, backlog …
    `rule` LowCardinality(String)                   -- configured, name, team, category, unmapped
)
ENGINE = MergeTree
ORDER BY (stream, status);

-- One row per item of a stream: a ticket with its changes, a change alone, an incident.
CREATE TABLE IF NOT EXISTS stream_items
(
    `stream` LowCardinality(String),
    `item` String,                                  -- the ticket's key, the change's id (repo#number, repo@sha), the incident's id
    `kind` LowCardinality(String),                  -- ticket, change, incident
    `class` LowCardinality(String),                 -- feature, defect, risk, debt; empty: unknown
    `type` LowCardinality(String),                  -- as the tracker says
    `title` String,
    `url` String,
    `team` LowCardinality(String),                  -- whose work it is; empty: unknown
    `products` Array(LowCardinality(String)),
    `services` Array(LowCardinality(String)),
    `repos` Array(LowCardinality(String)),
    `changes` Array(String),
    `links` Array(Tuple(change String, rule LowCardinality(String))), -- how each change was tied to it: title, branch, commit …
    `status` LowCardinality(String),                -- done, open, excluded
    `excluded` String,                              -- why it is not counted
    `started_at` DateTime64(3, 'UTC'),              -- its first event: it entered the stream
    `begun_at` Nullable(DateTime64(3, 'UTC')),      -- it first left the backlog
    `done_at` Nullable(DateTime64(3, 'UTC')),       -- its last event
    `stage` LowCardinality(String),                 -- of an open one: where it is
    `owner` LowCardinality(String),                 -- of an open one: which group has it
    `since_at` Nullable(DateTime64(3, 'UTC')),      -- of an open one: when it came to its stage
    `lead_ms` Nullable(Int64),                      -- of a done one: its intervals add up to it
    `active_ms` Nullable(Int64),
    `waiting_ms` Nullable(Int64),
    `lead_working_ms` Nullable(Int64),              -- the same on the working clock; NULL also where no calendar says it
    `active_working_ms` Nullable(Int64),
    `waiting_working_ms` Nullable(Int64),
    `returns` UInt32                                -- how often it came back to an earlier stage
)
ENGINE = MergeTree
ORDER BY (stream, item);

-- The timeline of each item: intervals that do not overlap and leave no gap. The last one of an open item has no end.
CREATE TABLE IF NOT EXISTS stream_intervals
(
    `stream` LowCardinality(String),
    `item` String,
    `n` UInt32,                                     -- its place on the timeline, from 1
    `stage` LowCardinality(String),
    `position` UInt16,
    `class` LowCardinality(String),                 -- active, waiting
    `reason` LowCardinality(String),                -- working, rework, review, merge, ci queue, ci run, approval, deploy window, deploy, test, blocked, backlog …
    `owner` LowCardinality(String),                 -- the group that acts, or that is waited for
    `team` LowCardinality(String),                  -- its team, where known
    `role` LowCardinality(String),                  -- and what it does here
    `start_at` DateTime64(3, 'UTC'),
    `end_at` Nullable(DateTime64(3, 'UTC')),
    `working_ms` Nullable(Int64),                   -- of one that has ended, by its owner's calendar, else the stream's
    `rule` LowCardinality(String),                  -- what made it: status, pull request, build, approval, deployment, flag, link, incident …
    `record` LowCardinality(String),                -- the record behind it: ticket, pull_request, deployment …
    `record_id` String
)
ENGINE = MergeTree
ORDER BY (stream, item, n);

-- The stays of each item in its stages: neighbouring intervals of one stage.
CREATE TABLE IF NOT EXISTS stream_visits
(
    `stream` LowCardinality(String),
    `item` String,
    `n` UInt32,
    `stage` LowCardinality(String),
    `position` UInt16,
    `side` Bool,
    `owner` LowCardinality(String),                 -- of its longest interval
    `entered_at` DateTime64(3, 'UTC'),
    `left_at` Nullable(DateTime64(3, 'UTC')),       -- NULL: it is still there
    `process_ms` Int64,                             -- its active intervals that have ended
    `waiting_ms` Int64,                             -- the others that have ended
    `process_working_ms` Nullable(Int64),
    `waiting_working_ms` Nullable(Int64),
    `forward` Bool,                                 -- it left for a later stage, or was done: an exit
    `returned` Bool,                                -- an exit that came back
    `returned_at` Nullable(DateTime64(3, 'UTC')),
    `return_rule` LowCardinality(String),           -- status, changes_requested, reopened, revert
    `return_record` LowCardinality(String),
    `return_record_id` String,
    `status` LowCardinality(String),                -- of the item, and so are the rest
    `done_at` Nullable(DateTime64(3, 'UTC')),
    `item_team` LowCardinality(String),
    `products` Array(LowCardinality(String)),
    `services` Array(LowCardinality(String)),
    `repos` Array(LowCardinality(String))
)
ENGINE = MergeTree
ORDER BY (stream, item, n);

-- The transfers of work from one group to another, with the receiver's wait.
CREATE TABLE IF NOT EXISTS stream_handoffs
(
    `stream` LowCardinality(String),
    `item` String,
    `n` UInt32,
    `at` DateTime64(3, 'UTC'),                      -- the change of owner
    `from_owner` LowCardinality(String),
    `to_owner` LowCardinality(String),
    `from_team` LowCardinality(String),
    `to_team` LowCardinality(String),
    `from_role` LowCardinality(String),
    `to_role` LowCardinality(String),
    `from_stage` LowCardinality(String),
    `to_stage` LowCardinality(String),
    `reason` LowCardinality(String),                -- what the receiver is waited for: review, test, approval, ci queue …
    `received_at` Nullable(DateTime64(3, 'UTC')),   -- the receiver's first activity, or its own release; NULL: it still waits
    `wait_ms` Nullable(Int64),
    `wait_working_ms` Nullable(Int64),
    `acted` Bool,                                   -- the receiver became active
    `return` Bool,                                  -- to an earlier stage
    `status` LowCardinality(String),                -- of the item, and so are the rest
    `done_at` Nullable(DateTime64(3, 'UTC')),
    `item_team` LowCardinality(String),
    `products` Array(LowCardinality(String)),
    `services` Array(LowCardinality(String)),
    `repos` Array(LowCardinality(String))
)
ENGINE = MergeTree
ORDER BY (stream, item, n);

-- Which team each account stands for in streams, as the facts were derived with. Never shown.
CREATE TABLE IF NOT EXISTS stream_people
(
    `account` String,
    `team` LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY account;

-- Which services are made from which repositories, and the team that has all services of a repository; empty: several, or none.
CREATE TABLE IF NOT EXISTS stream_repos
(
    `repo` String,
    `service` String,
    `team` String
)
ENGINE = MergeTree
ORDER BY (repo, service);

-- The teams as streams show them: those that are too small go by the name of other.
CREATE TABLE IF NOT EXISTS stream_teams
(
    `team` LowCardinality(String),
    `shown` LowCardinality(String),
    `role` LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY team;
