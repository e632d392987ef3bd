-- Deployments of the services {services} with their kind, repository and place on the graph resolved.
-- The kind: the configuration's (for the service, else for every service), the record's own, else by the environment's name.
INSERT INTO {resolved_deployments:Identifier} (service, environment, id, kind, repo, sha, version, url, build_id, result, started_at, finished_at, approval_requested_at, approved_at, graph, known, position, reach, extras)
WITH d AS
(
    SELECT d.service AS service, d.environment AS environment, d.id AS id,
        multiIf(own.kind != '', own.kind, every.kind != '', every.kind, d.environment_kind != '', d.environment_kind,
                match(lower(d.environment), '^(production|prod|live)'), 'production',
                match(lower(d.environment), '^stag|^(preprod|uat|acceptance)$'), 'staging',
                match(lower(d.environment), '^test|^(qa|integration)$'), 'testing', 'development') AS kind,
        if(d.repo = '' AND length(r.repos) = 1, r.repos[1], d.repo) AS repo,
        d.sha AS sha, d.version AS version, d.url AS url, d.build_id AS build_id, d.result AS result, d.started_at AS started_at, d.finished_at AS finished_at,
        d.approval_requested_at AS approval_requested_at, d.approved_at AS approved_at
    FROM (SELECT * FROM deployments FINAL WHERE service IN {services:Array(String)}) AS d
    LEFT JOIN (SELECT service, environment, any(kind) AS kind FROM org_environments GROUP BY service, environment) AS own ON d.service = own.service AND d.environment = own.environment
    LEFT JOIN (SELECT environment, any(kind) AS kind FROM org_environments WHERE service = '' GROUP BY environment) AS every ON d.environment = every.environment
    LEFT JOIN (SELECT service, groupUniqArray(toString(repo)) AS repos FROM org_repos GROUP BY service) AS r ON d.service = r.service
)
SELECT d.service, d.environment, d.id, d.kind, d.repo, d.sha, d.version, d.url, d.build_id, d.result, d.started_at, d.finished_at, d.approval_requested_at, d.approved_at,
    d.sha != '' AND d.repo IN (SELECT DISTINCT repo FROM commits WHERE repo IN (SELECT repo FROM d)),
    r.known, if(p.placed, toNullable(p.position), NULL), if(r.known, r.reach, -1), r.extras
FROM d
LEFT JOIN (SELECT repo, sha, reach, extras, true AS known FROM {revisions:Identifier} WHERE repo IN (SELECT repo FROM d)) AS r ON d.repo = r.repo AND d.sha = r.sha
LEFT JOIN (SELECT repo, sha, position, true AS placed FROM {commit_positions:Identifier} WHERE (repo, sha) IN (SELECT repo, sha FROM d)) AS p ON d.repo = p.repo AND d.sha = p.sha;
