-- Deliveries of the services {services}, {whole} or the open ones only (see open.sql): which deployment first brought a
-- change to production, over all production environments (environment '') and for each of them; and the stages that its
-- lead time consists of.
-- Excluded: what cannot have a lead time, with the reason; baseline: what the first deployment on the known graph already
-- contained; waiting: what no production deployment contains yet. Nothing is dropped.
--
-- What is needed more than once is written down first: the engine would work it out each time, and plan as often.
INSERT INTO {production:Identifier}
SELECT service, environment, id, repo, sha, build_id, started_at, finished_at, approval_requested_at, approved_at, graph, known, reach, extras, assumeNotNull(finished_at) AS finished FROM {resolved_deployments:Identifier}
WHERE service IN {services:Array(String)} AND kind = 'production' AND result = 'success' AND isNotNull(finished_at);

-- Of the deployments on the graph in order of time, those that reach further on the mainline than every one before.
INSERT INTO {reaching:Identifier}
WITH
    production AS (SELECT * FROM {production:Identifier} WHERE service IN {services:Array(String)}),
    scoped AS (SELECT *, scope FROM production ARRAY JOIN ['', toString(environment)] AS scope)
SELECT service, scope, repo, environment, id, finished, reach, number FROM
(
    SELECT service, scope, repo, environment, id, finished, reach,
        row_number() OVER (PARTITION BY service, scope, repo ORDER BY finished, environment, id) AS number,
        max(reach) OVER (PARTITION BY service, scope, repo ORDER BY finished, environment, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM scoped WHERE known
)
WHERE number = 1 OR reach > before;

-- The build that made what was deployed: the one that the deployment names, else the last one of its revision that
-- succeeded before it started. A named build that ended after the deployment had started is the one that deployed (a job of
-- the same run, a pipeline that only deploys), not the one that made.
INSERT INTO {built:Identifier}
WITH production AS (SELECT * FROM {production:Identifier} WHERE service IN {services:Array(String)})
SELECT service, environment, id, argMax(build, rank) AS build
FROM
(
    SELECT d.service AS service, d.environment AS environment, d.id AS id,
        (concat(b.pipeline, '/', b.id, '#', toString(b.attempt)), b.started_at, b.finished_at) AS build,
        (toUInt8(1), toUInt8(b.result = 'success'), b.finished_at, b.pipeline, b.id, b.attempt) AS rank
    FROM production AS d
    INNER JOIN (SELECT * FROM builds FINAL WHERE id IN (SELECT build_id FROM production) OR concat(pipeline, '/', id) IN (SELECT build_id FROM production)) AS b
        ON d.build_id = b.id OR d.build_id = concat(b.pipeline, '/', b.id)
    WHERE d.build_id != '' AND (b.repo = '' OR d.repo = '' OR b.repo = d.repo)
      AND (isNull(b.finished_at) OR b.finished_at <= coalesce(d.started_at, d.finished))
    UNION ALL
    SELECT d.service, d.environment, d.id,
        (concat(b.pipeline, '/', b.id, '#', toString(b.attempt)), b.started_at, b.finished_at),
        (toUInt8(0), toUInt8(1), b.finished_at, b.pipeline, b.id, b.attempt)
    FROM production AS d
    INNER JOIN (SELECT * FROM builds FINAL WHERE result = 'success' AND isNotNull(finished_at) AND repo IN (SELECT repo FROM production)) AS b ON d.repo = b.repo AND d.sha = b.sha
    WHERE d.sha != '' AND b.finished_at <= coalesce(d.started_at, d.finished)
)
GROUP BY service, environment, id;

-- The working spans of the teams' calendars (see 0007_calendars.sql) in the time that the deliveries lie in, with the span that
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

-- The deliveries themselves.
INSERT INTO {deliveries:Identifier} (service, environment, team, products, repo, change, kind, title, url, merged_at, status, excluded, rule, deployment_environment, deployment_id, build, started_at, finished_at,
    lead_ms, coding_ms, pickup_ms, review_ms, merge_wait_ms, build_queue_ms, build_ms, approval_ms, deploy_wait_ms, deploy_ms, stages,
    lead_working_ms, coding_working_ms, pickup_working_ms, review_working_ms, merge_wait_working_ms, build_queue_working_ms, build_working_ms,
    approval_working_ms, deploy_wait_working_ms, deploy_working_ms)
WITH
    production AS (SELECT * FROM {production:Identifier} WHERE service IN {services:Array(String)}),
    reaching AS (SELECT * FROM {reaching:Identifier} WHERE service IN {services:Array(String)}),
    built AS (SELECT * FROM {built:Identifier} WHERE service IN {services:Array(String)}),
    -- Every production deployment counts for its environment, and for the service as a whole.
    scoped AS (SELECT *, scope FROM production ARRAY JOIN ['', toString(environment)] AS scope),
    -- Where no deployment of a service names a revision of a known graph, time decides instead of ancestry.
    inferred AS (SELECT service FROM production GROUP BY service HAVING countIf(graph) = 0),
    -- The first deployment that contains a commit off the mainline.
    off_line AS
    (
        SELECT service, scope, repo, sha, first.1 AS finished, first.2 AS environment, first.3 AS id
        FROM
        (
            SELECT service, scope, repo, extra AS sha, min((finished, environment, id)) AS first
            FROM scoped ARRAY JOIN extras AS extra WHERE known
            GROUP BY service, scope, repo, sha
        )
    ),
    baselines AS (SELECT service, scope, repo, environment, id FROM reaching WHERE number = 1),
    made_from AS
    (
        SELECT service, repo FROM {resolved_deployments:Identifier} WHERE service IN {services:Array(String)} AND repo != ''
        UNION DISTINCT SELECT service, repo FROM org_repos WHERE service IN {services:Array(String)}
    ),
    scopes AS (SELECT DISTINCT service, scope FROM scoped UNION DISTINCT SELECT service, '' FROM made_from),
    pairs AS
    (
        SELECT s.service AS service, s.scope AS scope, s.service IN (inferred) AS by_time, c.repo AS repo, c.id AS change, c.sha AS sha, c.kind AS kind, c.title AS title, c.url AS url,
            c.position AS position, toInt64(ifNull(c.position, 4294967295)) AS place, c.known AS known, c.first_commit_at AS first_commit_at, c.created_at AS created_at, c.ready_at AS ready_at,
            c.first_review_at AS first_review_at, c.approved_at AS approved_at, c.merged_at AS merged_at, c.excluded AS excluded
        FROM (SELECT * FROM {changes:Identifier} WHERE repo IN (SELECT repo FROM made_from) AND ({whole:Bool} OR (repo, id) IN (SELECT repo, change FROM {open_deliveries:Identifier}))) AS c
        INNER JOIN made_from AS m ON c.repo = m.repo
        INNER JOIN scopes AS s ON m.service = s.service
        WHERE {whole:Bool} OR (s.service, s.scope, c.repo, c.id) IN (SELECT service, environment, repo, change FROM {open_deliveries:Identifier})
    ),
    delivering AS
    (
        SELECT p.service AS service, p.scope AS scope, p.by_time AS by_time, p.repo AS repo, p.change AS change, p.sha AS sha, p.kind AS kind, p.title AS title, p.url AS url, p.position
            AS position, p.place AS place, p.known AS known, p.first_commit_at AS first_commit_at, p.created_at AS created_at, p.ready_at AS ready_at, p.first_review_at AS
            first_review_at, p.approved_at AS approved_at, p.merged_at AS merged_at, p.excluded AS excluded,
            multiIf(p.by_time, if(t.id = '', '', 'inferred'), l.id != '' AND (o.id = '' OR l.finished <= o.finished) OR o.id != '', 'ancestry', '') AS rule,
            multiIf(p.by_time, t.environment, o.id != '' AND (l.id = '' OR o.finished < l.finished), o.environment, l.environment) AS by_environment,
            multiIf(p.by_time, t.id, o.id != '' AND (l.id = '' OR o.finished < l.finished), o.id, l.id) AS by_id
        FROM pairs AS p
        ASOF LEFT JOIN (SELECT service, scope, repo, environment, id, finished, reach FROM reaching) AS l
            ON p.service = l.service AND p.scope = l.scope AND p.repo = l.repo AND p.place <= l.reach
        LEFT JOIN off_line AS o ON p.service = o.service AND p.scope = o.scope AND p.repo = o.repo AND p.sha = o.sha
        ASOF LEFT JOIN (SELECT service, scope, finished, first.1 AS environment, first.2 AS id
                        FROM (SELECT service, scope, finished, min((environment, id)) AS first FROM scoped WHERE service IN (inferred) GROUP BY service, scope, finished)) AS t
            ON p.service = t.service AND p.scope = t.scope AND p.merged_at <= t.finished
    ),
    graphs AS (SELECT DISTINCT repo FROM {commit_positions:Identifier} WHERE repo IN (SELECT repo FROM made_from)),
    timed AS
    (
        SELECT p.service AS service, p.scope AS scope, p.by_time AS by_time, p.repo AS repo, p.change AS change, p.kind AS kind, p.title AS title, p.url AS url, p.known AS known,
            p.first_commit_at AS first_commit_at, p.created_at AS created_at, p.ready_at AS ready_at, p.first_review_at AS first_review_at, p.approved_at AS approved_at, p.merged_at
            AS merged_at, p.excluded AS excluded, p.rule AS rule, p.by_environment AS by_environment, p.by_id AS by_id,
            p.kind = 'pull_request' AS has_pull_request, d.finished_at AS finished_at,
            (p.service, p.scope, p.repo, p.by_environment, p.by_id) IN (SELECT service, scope, repo, environment, id FROM baselines) AND p.rule = 'ancestry' AS is_baseline,
            b.build.1 AS build,
            if(isNotNull(p.first_commit_at) AND p.first_commit_at <= p.merged_at, p.first_commit_at, p.created_at) AS begun,
            multiIf(is_baseline, 'baseline', p.excluded != '', 'excluded', NOT p.by_time AND NOT p.known AND p.rule = '' AND p.repo IN (graphs), 'excluded', p.rule = '', 'waiting', begun > d.finished_at, 'excluded', 'delivered') AS status,
            multiIf(status != 'excluded', '', p.excluded != '', p.excluded, p.rule = '', 'its merge commit is not on the known graph', 'it began after the deployment finished') AS why,
            ifNull(toUnixTimestamp64Milli(begun), 0) AS m0,
            ifNull(toUnixTimestamp64Milli(d.finished_at), 0) AS done,
            -- An event counts as a boundary only within the lead time; of review, only up to the merge.
            greatest(m0, if(has_pull_request AND p.ready_at <= p.merged_at AND p.ready_at <= d.finished_at, ifNull(toUnixTimestamp64Milli(p.ready_at), 0), 0)) AS m1,
            greatest(m1, if(p.first_review_at <= p.merged_at AND p.first_review_at <= d.finished_at, ifNull(toUnixTimestamp64Milli(p.first_review_at), 0), 0)) AS m2,
            greatest(m2, if(p.approved_at <= d.finished_at, ifNull(toUnixTimestamp64Milli(p.approved_at), 0), 0)) AS m3,
            greatest(m3, if(p.merged_at <= d.finished_at, toUnixTimestamp64Milli(p.merged_at), 0)) AS m4,
            greatest(m4, if(b.build.2 <= d.finished_at, ifNull(toUnixTimestamp64Milli(b.build.2), 0), 0)) AS m5,
            greatest(m5, if(b.build.3 <= d.finished_at, ifNull(toUnixTimestamp64Milli(b.build.3), 0), 0)) AS m6,
            greatest(m6, if(d.approval_requested_at <= d.finished_at, ifNull(toUnixTimestamp64Milli(d.approval_requested_at), 0), 0)) AS m7,
            greatest(m7, if(d.approved_at <= d.finished_at, ifNull(toUnixTimestamp64Milli(d.approved_at), 0), 0)) AS m8,
            isNotNull(d.started_at) AND d.started_at <= d.finished_at AS start_known,
            -- Before somebody asks for an approval the change waits for its deployment, and again once it is given. A request
            -- that is never granted parts nothing.
            if(m8 > m7, m7, m6) AS asked,
            if(m8 > m7, m8, m6) AS granted,
            -- An unknown start leaves the rest to deploy_wait; a start before the last boundary leaves it to deploy.
            if(start_known, greatest(m8, ifNull(toUnixTimestamp64Milli(d.started_at), 0)), done) AS started,
            status = 'delivered' AS delivered
        FROM delivering AS p
        LEFT JOIN production AS d ON p.service = d.service AND p.by_environment = d.environment AND p.by_id = d.id
        LEFT JOIN built AS b ON p.service = b.service AND p.by_environment = b.environment AND p.by_id = b.id
    ),
    spans AS (SELECT calendar, since, before_ms, after_ms FROM {spans:Identifier}),
    -- The working time before each boundary, by the team's calendar.
    worked AS
    (
        SELECT t.*,
            least(s0.before_ms + m0 - s0.since, s0.after_ms) AS w0, least(s1.before_ms + m1 - s1.since, s1.after_ms) AS w1,
            least(s2.before_ms + m2 - s2.since, s2.after_ms) AS w2, least(s3.before_ms + m3 - s3.since, s3.after_ms) AS w3,
            least(s4.before_ms + m4 - s4.since, s4.after_ms) AS w4, least(s5.before_ms + m5 - s5.since, s5.after_ms) AS w5,
            least(s6.before_ms + m6 - s6.since, s6.after_ms) AS w6,
            least(sa.before_ms + asked - sa.since, sa.after_ms) AS w_asked, least(sg.before_ms + granted - sg.since, sg.after_ms) AS w_granted,
            least(ss.before_ms + started - ss.since, ss.after_ms) AS w_started, least(sd.before_ms + done - sd.since, sd.after_ms) AS w_done
        FROM
        (
            SELECT t.*, o.team AS team, o.products AS products, c.calendar AS calendar
            FROM timed AS t
            LEFT JOIN org_services AS o ON t.service = o.service
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
        ASOF LEFT JOIN spans AS sd ON t.calendar = sd.calendar AND t.done >= sd.since
    )
SELECT t.service, t.scope, t.team, t.products, t.repo, t.change, t.kind, t.title, t.url, t.merged_at, t.status, t.why, t.rule, t.by_environment, t.by_id, t.build,
    if(delivered, t.begun, NULL),
    if(t.rule = '', NULL, t.finished_at),
    if(delivered, done - m0, NULL) AS lead_ms,
    if(delivered AND has_pull_request, nullIf(m1 - m0, 0), if(delivered, nullIf(m4 - m0, 0), NULL)) AS coding_ms,
    if(delivered, nullIf(m2 - m1, 0), NULL) AS pickup_ms,
    if(delivered, nullIf(m3 - m2, 0), NULL) AS review_ms,
    if(delivered AND has_pull_request, nullIf(m4 - m3, 0), NULL) AS merge_wait_ms,
    if(delivered, nullIf(m5 - m4, 0), NULL) AS build_queue_ms,
    if(delivered, nullIf(m6 - m5, 0), NULL) AS build_ms,
    if(delivered, nullIf(m8 - m7, 0), NULL) AS approval_ms,
    if(delivered, nullIf(asked - m6 + started - granted, 0), NULL) AS deploy_wait_ms,
    if(delivered AND start_known, done - started, NULL) AS deploy_ms,
    if(NOT delivered, [],
        arrayMap(s -> (s.1, fromUnixTimestamp64Milli(s.2, 'UTC'), fromUnixTimestamp64Milli(s.3, 'UTC')), arrayFilter(s -> s.3 > s.2, [
            ('coding', m0, m1), ('pickup', m1, m2), ('review', m2, m3), (if(has_pull_request, 'merge_wait', 'coding'), m3, m4), ('build_queue', m4, m5), ('build', m5, m6),
            ('deploy_wait', m6, asked), ('approval', asked, granted), ('deploy_wait', granted, started), ('deploy', started, done)]))),
    -- On the working clock a stage is there where it is on the other, if only with no time at all.
    if(isNull(lead_ms), NULL, w_done - w0),
    if(isNull(coding_ms), NULL, if(has_pull_request, w1, w4) - w0),
    if(isNull(pickup_ms), NULL, w2 - w1),
    if(isNull(review_ms), NULL, w3 - w2),
    if(isNull(merge_wait_ms), NULL, w4 - w3),
    if(isNull(build_queue_ms), NULL, w5 - w4),
    if(isNull(build_ms), NULL, w6 - w5),
    if(isNull(approval_ms), NULL, w_granted - w_asked),
    if(isNull(deploy_wait_ms), NULL, w_asked - w6 + w_started - w_granted),
    if(isNull(deploy_ms), NULL, w_done - w_started)
FROM worked AS t;
