-- The working time of each interval that has ended, by the calendar of the team that has it, else the usual one; NULL where
-- none is configured.
INSERT INTO {line:Identifier} (item, n, start_ms, end_ms, stage, position, class, reason, owner, team, role, rule, record, record_id, working_ms)
WITH
    -- The working spans of the batch's time, with the one that began last before it.
    (SELECT fromUnixTimestamp64Milli(min(start_ms), 'UTC') FROM {pieces:Identifier}) AS earliest,
    (SELECT fromUnixTimestamp64Milli(maxIf(end_ms, end_ms < 9000000000000000), 'UTC') FROM {pieces:Identifier}) AS latest,
    spans AS
    (
        SELECT toString(calendar) AS calendar, start_at, end_at, before_ms FROM working_spans
        WHERE start_at <= latest AND (start_at >= earliest OR (calendar, start_at) IN (SELECT calendar, max(start_at) FROM working_spans WHERE start_at <= earliest GROUP BY calendar))
    )
SELECT p.item, p.n, p.start_ms, p.end_ms, p.stage, p.position, p.class, p.reason, p.owner, p.team, p.role, p.rule, p.record, p.record_id,
    if(p.end_ms = 9000000000000000, NULL,
        e.before_ms + dateDiff('millisecond', e.start_at, least(p.until, e.end_at)) - s.before_ms - dateDiff('millisecond', s.start_at, least(p.since, s.end_at)))
FROM
(
    SELECT * EXCEPT calendar, if(calendar = '', usual, toString(calendar)) AS calendar,
        fromUnixTimestamp64Milli(start_ms, 'UTC') AS since, fromUnixTimestamp64Milli(if(end_ms = 9000000000000000, start_ms, end_ms), 'UTC') AS until
    FROM {pieces:Identifier}
    -- Time that nobody has passes by the usual calendar.
    CROSS JOIN (SELECT anyIf(toString(calendar), team = '') AS usual FROM org_team_calendars) AS k
) AS p
ASOF LEFT JOIN spans AS s ON p.calendar = s.calendar AND p.since >= s.start_at
ASOF LEFT JOIN spans AS e ON p.calendar = e.calendar AND p.until >= e.start_at;
