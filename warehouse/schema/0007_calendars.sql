-- The working clock: how much of the time between two moments was working time, by calendars of hours and holidays.

-- The working spans of each calendar from 2000 to 2100, in UTC: what the clocks of its time zone show as working hours, whatever
-- they are put forward or back, without holidays. Spans do not overlap and do not touch. A calendar's first row begins with
-- the year 2000; its last one, without any working time known before it, ends the years that it covers.
--
-- The working time before a moment, counted from the year 2000, is that before the span that began last, and the part of the
-- span that is over; between two moments, it is the difference of the two. It is exact, adds up over any division, and is NULL
-- outside of the years and without a calendar. Of the rows `i` of a table, each with a team and two times, the second NULL
-- while it lasts:
--
--   SELECT
--       e.before_ms + dateDiff('millisecond', e.start_at, least(i.until, e.end_at))
--     - s.before_ms - dateDiff('millisecond', s.start_at, least(i.start_at, s.end_at)) AS working_ms
--   FROM (SELECT *, ifNull(end_at, toDateTime64(0, 3, 'UTC')) AS until FROM …) AS i
--   LEFT JOIN org_team_calendars AS c ON c.team = if(i.team IN (SELECT team FROM org_team_calendars), i.team, '')
--   ASOF LEFT JOIN working_spans AS s ON c.calendar = s.calendar AND i.start_at >= s.start_at
--   ASOF LEFT JOIN working_spans AS e ON c.calendar = e.calendar AND i.until >= e.start_at
--
-- (An ASOF JOIN takes no NULL; a time before 2000 finds no span. Where every team is a configured one or '', c.team = i.team
-- will do.)
CREATE TABLE IF NOT EXISTS working_spans
(
    `calendar` LowCardinality(String),
    `start_at` DateTime64(3, 'UTC'),
    `end_at` DateTime64(3, 'UTC'),
    `before_ms` Nullable(Int64)                     -- in all spans before it
)
ENGINE = MergeTree
ORDER BY (calendar, start_at);

-- By which calendar each team works. The team '' stands for whoever has none: the default calendar. Empty where no calendar is
-- configured.
CREATE TABLE IF NOT EXISTS org_team_calendars
(
    `team` LowCardinality(String),
    `calendar` LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY team;

-- The durations of facts on the working clock, by the calendar of the team; of an incident, by the one that all its teams
-- share, else the default. NULL where the time as it passes is, and where no calendar says it.
ALTER TABLE deliveries
    ADD COLUMN IF NOT EXISTS `lead_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `coding_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `pickup_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `review_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `merge_wait_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `build_queue_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `build_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `approval_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `deploy_wait_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `deploy_working_ms` Nullable(Int64);

ALTER TABLE deployment_facts ADD COLUMN IF NOT EXISTS `recovery_working_ms` Nullable(Int64);

ALTER TABLE incident_facts
    ADD COLUMN IF NOT EXISTS `restore_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `detect_working_ms` Nullable(Int64),
    ADD COLUMN IF NOT EXISTS `acknowledge_working_ms` Nullable(Int64);

ALTER TABLE incident_gaps ADD COLUMN IF NOT EXISTS `working_ms` Nullable(Int64);
