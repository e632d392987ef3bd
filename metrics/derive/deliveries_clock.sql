-- The working time before each boundary of the deliveries of the services {services} ({timed}), by their teams' calendars.

-- The working spans of the calendars (see 0007_calendars.sql) in the time that the deliveries lie in, with the span that
-- began last before it.
TRUNCATE TABLE {spans:Identifier};

INSERT INTO {spans:Identifier}
WITH
    (
        SELECT min(least(ifNull(first_commit_at, merged_at), ifNull(created_at, merged_at))) FROM {changes:Identifier}
        WHERE repo IN (SELECT repo FROM {resolved_deployments:Identifier} WHERE service IN {services:Array(String)} UNION DISTINCT SELECT repo FROM org_repos WHERE service IN {services:Array(String)})
    ) AS earliest,
    (SELECT max(finished) FROM {production:Identifier} WHERE service IN {services:Array(String)}) AS latest
SELECT calendar, toUnixTimestamp64Milli(start_at), before_ms, before_ms + dateDiff('millisecond', start_at, end_at)
FROM working_spans
WHERE start_at <= latest AND (start_at >= earliest OR (calendar, start_at) IN (SELECT calendar, max(start_at) FROM working_spans WHERE start_at <= earliest GROUP BY calendar))
  AND calendar IN (SELECT calendar FROM org_team_calendars WHERE team = '' OR team IN (SELECT team FROM org_services WHERE service IN {services:Array(String)}));

TRUNCATE TABLE {worked:Identifier};

INSERT INTO {worked:Identifier} (n, w0, w1, w2, w3, w4, w5, w6, w_asked, w_granted, w_started, w_done)
WITH spans AS (SELECT calendar, since, before_ms, after_ms FROM {spans:Identifier})
SELECT t.n,
    least(s0.before_ms + m0 - s0.since, s0.after_ms), least(s1.before_ms + m1 - s1.since, s1.after_ms),
    least(s2.before_ms + m2 - s2.since, s2.after_ms), least(s3.before_ms + m3 - s3.since, s3.after_ms),
    least(s4.before_ms + m4 - s4.since, s4.after_ms), least(s5.before_ms + m5 - s5.since, s5.after_ms),
    least(s6.before_ms + m6 - s6.since, s6.after_ms),
    least(sa.before_ms + asked - sa.since, sa.after_ms), least(sg.before_ms + granted - sg.since, sg.after_ms),
    least(ss.before_ms + started - ss.since, ss.after_ms), least(sd.before_ms + done - sd.since, sd.after_ms)
FROM
(
    SELECT t.n AS n, t.m0 AS m0, t.m1 AS m1, t.m2 AS m2, t.m3 AS m3, t.m4 AS m4, t.m5 AS m5, t.m6 AS m6, t.asked AS asked, t.granted AS granted, t.started AS started, t.done AS done,
        c.calendar AS calendar
    FROM {timed:Identifier} AS t
    LEFT JOIN (SELECT service, team FROM org_services) AS o ON t.service = o.service
    LEFT JOIN org_team_calendars AS c ON o.team = c.team
) AS t
ASOF LEFT JOIN spans AS s0 ON t.calendar = s0.calendar AND t.m0 >= s0.since
ASOF LEFT JOIN spans AS s1 ON t.calendar = s1.calendar AND t.m1 >= s1.since
ASOF LEFT JOIN spans AS s2 ON t.calendar = s2.calendar AND t.m2 >= s2.since
ASOF LEFT JOIN spans AS s3 ON t.calendar = s3.calendar AND t.m3 >= s3.since
ASOF LEFT JOIN spans AS s4 ON t.calendar = s4.calendar AND t.m4 >= s4.since
ASOF LEFT JOIN spans AS s5 ON t.calendar = s5.calendar AND t.m5 >= s5.since
ASOF LEFT JOIN spans AS s6 ON t.calendar = s6.calendar AND t.m6 >= s6.since
ASOF LEFT JOIN spans AS sa ON t.calendar = sa.calendar AND t.asked >= sa.since
ASOF LEFT JOIN spans AS sg ON t.calendar = sg.calendar AND t.granted >= sg.since
ASOF LEFT JOIN spans AS ss ON t.calendar = ss.calendar AND t.started >= ss.since
ASOF LEFT JOIN spans AS sd ON t.calendar = sd.calendar AND t.done >= sd.since;
