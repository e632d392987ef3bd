-- Deliveries of the services {services}, {whole} or the open ones only (see open.sql): which deployment first brought a
-- change to production, over all production environments (environment '') and for each of them; and the boundaries of
-- the stages that its lead time consists of ({timed}; deliveries_facts.sql makes deliveries of them).
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

-- When each delivery's stages began and ended, in milliseconds of UTC.
TRUNCATE TABLE {timed:Identifier};

INSERT INTO {timed:Identifier} (n, service, scope, repo, change, kind, title, url, merged_at, status, why, rule, by_environment, by_id, build, begun, finished_at, has_pull_request, start_known, delivered, m0, m1, m2, m3, m4, m5, m6, m7, m8, asked, granted, started, done)
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
    -- Each level names what the levels above it use: an expression that stood in several others would be planned as often.
    dated AS
    (
        SELECT p.service AS service, p.scope AS scope, p.by_time AS by_time, p.repo AS repo, p.change AS change, p.kind AS kind, p.title AS title, p.url AS url, p.known AS known,
            p.ready_at AS ready_at, p.first_review_at AS first_review_at, p.approved_at AS review_approved_at, p.merged_at AS merged_at, p.excluded AS excluded, p.rule AS rule,
            p.by_environment AS by_environment, p.by_id AS by_id, p.kind = 'pull_request' AS has_pull_request,
            d.started_at AS deploy_started_at, d.finished_at AS finished_at, d.approval_requested_at AS approval_requested_at, d.approved_at AS approved_at,
            (p.service, p.scope, p.repo, p.by_environment, p.by_id) IN (SELECT service, scope, repo, environment, id FROM baselines) AND p.rule = 'ancestry' AS is_baseline,
            b.build.1 AS build, b.build.2 AS build_started_at, b.build.3 AS build_finished_at,
            if(isNotNull(p.first_commit_at) AND p.first_commit_at <= p.merged_at, p.first_commit_at, p.created_at) AS begun
        FROM delivering AS p
        LEFT JOIN production AS d ON p.service = d.service AND p.by_environment = d.environment AND p.by_id = d.id
        LEFT JOIN built AS b ON p.service = b.service AND p.by_environment = b.environment AND p.by_id = b.id
    ),
    placed AS
    (
        SELECT *,
            multiIf(is_baseline, 'baseline', excluded != '', 'excluded', NOT by_time AND NOT known AND rule = '' AND repo IN (graphs), 'excluded', rule = '', 'waiting', begun > finished_at, 'excluded', 'delivered') AS status,
            ifNull(toUnixTimestamp64Milli(begun), 0) AS m0,
            ifNull(toUnixTimestamp64Milli(finished_at), 0) AS done,
            -- An event counts as a boundary only within the lead time; of review, only up to the merge.
            if(has_pull_request AND ready_at <= merged_at AND ready_at <= finished_at, ifNull(toUnixTimestamp64Milli(ready_at), 0), 0) AS e1,
            if(first_review_at <= merged_at AND first_review_at <= finished_at, ifNull(toUnixTimestamp64Milli(first_review_at), 0), 0) AS e2,
            if(review_approved_at <= finished_at, ifNull(toUnixTimestamp64Milli(review_approved_at), 0), 0) AS e3,
            if(merged_at <= finished_at, toUnixTimestamp64Milli(merged_at), 0) AS e4,
            if(build_started_at <= finished_at, ifNull(toUnixTimestamp64Milli(build_started_at), 0), 0) AS e5,
            if(build_finished_at <= finished_at, ifNull(toUnixTimestamp64Milli(build_finished_at), 0), 0) AS e6,
            if(approval_requested_at <= finished_at, ifNull(toUnixTimestamp64Milli(approval_requested_at), 0), 0) AS e7,
            if(approved_at <= finished_at, ifNull(toUnixTimestamp64Milli(approved_at), 0), 0) AS e8,
            isNotNull(deploy_started_at) AND deploy_started_at <= finished_at AS start_known,
            ifNull(toUnixTimestamp64Milli(deploy_started_at), 0) AS e9
        FROM dated
    ),
    -- No stage ends before it begins: each boundary is the last of the events up to it.
    bounded AS
    (
        SELECT *, status = 'delivered' AS delivered,
            multiIf(status != 'excluded', '', excluded != '', excluded, rule = '', 'its merge commit is not on the known graph', 'it began after the deployment finished') AS why,
            greatest(m0, e1) AS m1, greatest(m0, e1, e2) AS m2, greatest(m0, e1, e2, e3) AS m3, greatest(m0, e1, e2, e3, e4) AS m4, greatest(m0, e1, e2, e3, e4, e5) AS m5,
            greatest(m0, e1, e2, e3, e4, e5, e6) AS m6, greatest(m0, e1, e2, e3, e4, e5, e6, e7) AS m7, greatest(m0, e1, e2, e3, e4, e5, e6, e7, e8) AS m8
        FROM placed
    ),
    timed AS
    (
        SELECT *,
            -- Before somebody asks for an approval the change waits for its deployment, and again once it is given. A request
            -- that is never granted parts nothing.
            if(m8 > m7, m7, m6) AS asked,
            if(m8 > m7, m8, m6) AS granted,
            -- An unknown start leaves the rest to deploy_wait; a start before the last boundary leaves it to deploy.
            if(start_known, greatest(m8, e9), done) AS started
        FROM bounded
    )
SELECT rowNumberInAllBlocks(), service, scope, repo, change, kind, title, url, merged_at, status, why, rule, by_environment, by_id, build, begun, finished_at, has_pull_request, start_known, delivered, m0, m1, m2, m3, m4, m5, m6, m7, m8, asked, granted, started, done
FROM timed;
