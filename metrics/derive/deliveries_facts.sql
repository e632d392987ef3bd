-- The deliveries of the services {services}, from their boundaries ({timed}) and the working time before each ({worked}: without
-- calendars there is none, and nothing is known of it).
INSERT INTO {deliveries:Identifier} (service, environment, team, products, repo, change, kind, title, url, merged_at, status, excluded, rule, deployment_environment, deployment_id, build, started_at, finished_at,
    lead_ms, coding_ms, pickup_ms, review_ms, merge_wait_ms, build_queue_ms, build_ms, approval_ms, deploy_wait_ms, deploy_ms, stages,
    lead_working_ms, coding_working_ms, pickup_working_ms, review_working_ms, merge_wait_working_ms, build_queue_working_ms, build_working_ms,
    approval_working_ms, deploy_wait_working_ms, deploy_working_ms)
SELECT t.service, t.scope, o.team, o.products, t.repo, t.change, t.kind, t.title, t.url, t.merged_at, t.status, t.why, t.rule, t.by_environment, t.by_id, t.build,
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
FROM {timed:Identifier} AS t
LEFT JOIN (SELECT service, team, CAST(products, 'Array(String)') AS products FROM org_services) AS o ON t.service = o.service
LEFT JOIN {worked:Identifier} AS w ON t.n = w.n;
