-- What the questions about a value stream add up, kept with the facts: so that no answer gathers an item's visits or intervals.

-- What an item's time was spent on, or waited for: its intervals that have ended, by reason and class.
ALTER TABLE stream_items ADD COLUMN IF NOT EXISTS
    `spent` Array(Tuple(reason LowCardinality(String), class LowCardinality(String), ms Int64, working_ms Int64)) AFTER `waiting_working_ms`;

-- It was work until it was given up: closed without being done, or merged. Excluded, but it was in progress.
ALTER TABLE stream_items ADD COLUMN IF NOT EXISTS `dropped` Bool AFTER `excluded`;

-- On an item's last visit of a stage: all its visits of it together. NULL on the others; on the working clock also where an
-- interval of the item has no working time.
ALTER TABLE stream_visits ADD COLUMN IF NOT EXISTS `stage_process_ms` Nullable(Int64) AFTER `waiting_working_ms`;
ALTER TABLE stream_visits ADD COLUMN IF NOT EXISTS `stage_waiting_ms` Nullable(Int64) AFTER `stage_process_ms`;
ALTER TABLE stream_visits ADD COLUMN IF NOT EXISTS `stage_process_working_ms` Nullable(Int64) AFTER `stage_waiting_ms`;
ALTER TABLE stream_visits ADD COLUMN IF NOT EXISTS `stage_waiting_working_ms` Nullable(Int64) AFTER `stage_process_working_ms`;

-- Of an exit that came back: the stage that sent it back, as the step says; empty: it was done, or nowhere.
ALTER TABLE stream_visits ADD COLUMN IF NOT EXISTS `returned_from` LowCardinality(String) AFTER `returned_at`;

ALTER TABLE stream_visits ADD COLUMN IF NOT EXISTS `dropped` Bool AFTER `status`;

-- Whether the item has its whole working time: a handoff of another is not told on the working clock.
ALTER TABLE stream_handoffs ADD COLUMN IF NOT EXISTS `clocked` Bool AFTER `done_at`;

-- The streams themselves, as configured or as the default makes them.
CREATE TABLE IF NOT EXISTS streams
(
    `stream` LowCardinality(String),
    `title` String,
    `configured` Bool,                              -- else it is made from the data
    `projects` Array(String),                       -- whose tickets belong to it; empty: all
    `types` Array(String),                          -- of these tickets; empty: all but epics
    `services` Array(String)                        -- whose changes belong to it; empty: all
)
ENGINE = MergeTree
ORDER BY stream;
