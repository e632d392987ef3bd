-- A small company: checkout (team payments, products shop and app) in two production environments, search (team find, product
-- shop), and legacy, which nobody owns. Berlin is an hour, from 29 March two hours, ahead of UTC.

INSERT INTO org_services (service, team, products) VALUES
    ('checkout', 'payments', ['shop', 'app']), ('search', 'find', ['shop']);

INSERT INTO org_teams (team, role, members) VALUES ('payments', 'development', []), ('find', 'development', []), ('desk', 'operations', []);

INSERT INTO deployment_facts (service, environment, id, kind, team, products, repo, sha, version, url, result, started_at, finished_at, known,
    changes, failed, failure_rules, failure_records, failure_ids, restored_at, recovery_ms, recovery, rework, rework_rules, rework_records, rework_ids) VALUES
    ('checkout', 'live-eu', '1', 'production', 'payments', ['shop', 'app'], 'org/checkout', 'aaa', '1.0', 'https://ci.example/1', 'success',
        '2026-03-02 09:50:00', '2026-03-02 10:00:00', 1, 0, 0, [], [], [], NULL, NULL, '', 0, [], [], []),
    ('checkout', 'live-eu', '2', 'production', 'payments', ['shop', 'app'], 'org/checkout', 'bbb', '1.1', '', 'success',
        NULL, '2026-03-03 10:00:00', 1, 2, 1, ['linked', 'rolled_back'], ['incident', 'deployment'], ['INC-1', '3'], '2026-03-03 13:00:00', 10800000, 'restored', 0, [], [], []),
    ('checkout', 'live-eu', '3', 'production', 'payments', ['shop', 'app'], 'org/checkout', 'aaa', '1.0', '', 'success',
        '2026-03-03 11:50:00', '2026-03-03 12:00:00', 1, 0, 0, [], [], [], NULL, NULL, '', 1, ['rollback'], ['deployment'], ['2']),
    ('checkout', 'live-us', '4', 'production', 'payments', ['shop', 'app'], 'org/checkout', 'bbb', '1.1', '', 'success',
        '2026-03-09 08:50:00', '2026-03-09 09:00:00', 1, 0, 1, ['attributed'], ['incident'], ['INC-3'], NULL, NULL, 'open', 0, [], [], []),
    ('checkout', 'live-us', '5', 'production', 'payments', ['shop', 'app'], 'org/checkout', 'ccc', '1.2', '', 'failure',
        '2026-03-10 08:00:00', '2026-03-10 08:05:00', 1, 0, 1, ['failed_run'], ['deployment'], ['5'], '2026-03-10 09:05:00', 3600000, 'restored', 0, [], [], []),
    ('checkout', 'stage', '6', 'staging', 'payments', ['shop', 'app'], 'org/checkout', 'ccc', '1.2', '', 'success',
        '2026-03-10 07:00:00', '2026-03-10 07:05:00', 1, 0, 0, [], [], [], NULL, NULL, '', 0, [], [], []),
    ('search', 'production', '1', 'production', 'find', ['shop'], 'org/search', 'ddd', '', '', 'success',
        '2026-03-04 22:50:00', '2026-03-04 23:30:00', 1, 1, 0, [], [], [], NULL, NULL, '', 1, ['hotfix'], ['change'], ['org/search#9']),
    ('search', 'production', '2', 'production', 'find', ['shop'], 'org/search', 'eee', '', '', 'failure',
        '2026-03-05 10:00:00', '2026-03-05 10:10:00', 1, 0, 0, [], [], [], NULL, NULL, '', 0, [], [], []),
    ('search', 'production', '3', 'production', 'find', ['shop'], 'org/search', 'eee', '', '', 'running',
        '2026-03-12 10:00:00', NULL, 1, 0, 0, [], [], [], NULL, NULL, '', 0, [], [], []),
    ('search', 'production', '4', 'production', 'find', ['shop'], 'org/search', 'eee', '', '', 'cancelled',
        NULL, NULL, 1, 0, 0, [], [], [], NULL, NULL, '', 0, [], [], []),
    ('search', 'production', '5', 'production', 'find', ['shop'], 'org/search', 'fff', '', '', 'success',
        '2026-03-13 10:00:00', '2026-03-13 10:10:00', 1, 0, 1, ['linked'], ['incident'], ['INC-2'], '2026-03-13 10:00:00', -600000, 'negative', 0, [], [], []),
    ('legacy', 'prod', '1', 'production', '', [], '', '', '', '', 'success',
        NULL, '2026-03-11 10:00:00', 0, 0, 0, [], [], [], NULL, NULL, '', 0, [], [], []),
    ('intranet', 'blue', '1', 'development', '', [], 'org/intranet', 'abc', '', '', 'success',
        NULL, '2026-03-11 10:00:00', 0, 0, 0, [], [], [], NULL, NULL, '', 0, [], [], []);

INSERT INTO changes (repo, id, merged_at) VALUES ('org/checkout', 'org/checkout#1', '2026-03-02 18:00:00'), ('org/search', 'org/search#9', '2026-03-04 20:00:00');

INSERT INTO deliveries (service, environment, team, products, repo, change, kind, title, url, merged_at, status, excluded, rule,
    deployment_environment, deployment_id, started_at, finished_at, lead_ms, coding_ms, pickup_ms, review_ms, merge_wait_ms, deploy_wait_ms, deploy_ms, stages) VALUES
    ('checkout', '', 'payments', ['shop', 'app'], 'org/checkout', 'org/checkout#1', 'pull_request', 'Pay later', 'https://git.example/1', '2026-03-02 18:00:00',
        'delivered', '', 'ancestry', 'live-eu', '2', '2026-03-02 10:00:00', '2026-03-03 10:00:00', 86400000, 3600000, 7200000, 14400000, 3600000, 57600000, NULL,
        [('coding', '2026-03-02 10:00:00', '2026-03-02 11:00:00'), ('pickup', '2026-03-02 11:00:00', '2026-03-02 13:00:00'),
         ('review', '2026-03-02 13:00:00', '2026-03-02 17:00:00'), ('merge_wait', '2026-03-02 17:00:00', '2026-03-02 18:00:00'),
         ('deploy_wait', '2026-03-02 18:00:00', '2026-03-03 10:00:00')]),
    ('checkout', 'live-eu', 'payments', ['shop', 'app'], 'org/checkout', 'org/checkout#1', 'pull_request', 'Pay later', 'https://git.example/1', '2026-03-02 18:00:00',
        'delivered', '', 'ancestry', 'live-eu', '2', '2026-03-02 10:00:00', '2026-03-03 10:00:00', 86400000, 3600000, 7200000, 14400000, 3600000, 57600000, NULL, []),
    ('checkout', 'live-us', 'payments', ['shop', 'app'], 'org/checkout', 'org/checkout#1', 'pull_request', 'Pay later', 'https://git.example/1', '2026-03-02 18:00:00',
        'delivered', '', 'ancestry', 'live-us', '4', '2026-03-02 10:00:00', '2026-03-09 09:00:00', 601200000, 3600000, 7200000, 14400000, 3600000, 571800000, 600000, []),
    ('checkout', '', 'payments', ['shop', 'app'], 'org/checkout', 'org/checkout@0aa', 'commit', 'Begin', '', '2026-03-01 18:00:00',
        'baseline', '', '', 'live-eu', '1', NULL, '2026-03-02 10:00:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, []),
    ('checkout', '', 'payments', ['shop', 'app'], 'org/checkout', 'org/checkout#2', 'pull_request', 'Refunds', '', '2026-03-08 18:00:00',
        'waiting', '', '', '', '', '2026-03-08 10:00:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, []),
    ('search', '', 'find', ['shop'], 'org/search', 'org/search#9', 'pull_request', 'Find more', '', '2026-03-04 20:00:00',
        'delivered', '', 'inferred', 'production', '1', '2026-03-04 20:30:00', '2026-03-04 23:30:00', 10800000, 10800000, NULL, NULL, NULL, NULL, NULL, []),
    ('search', '', 'find', ['shop'], 'org/search', 'org/search#8', 'pull_request', 'Odd times', '', '2026-03-04 20:00:00',
        'excluded', 'it began after the deployment finished', '', 'production', '1', NULL, '2026-03-04 23:30:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, []);

INSERT INTO incident_facts (id, services, repos, teams, products, severity, title, url, started_at, detected_at, acknowledged_at, resolved_at, cause_rules, cause_ids) VALUES
    ('INC-1', ['checkout', 'search'], ['org/checkout', 'org/search'], ['payments', 'find'], ['shop', 'app'], 'high', 'No payments', 'https://ops.example/1',
        '2026-03-03 11:00:00', '2026-03-03 11:10:00', '2026-03-03 11:15:00', '2026-03-03 13:00:00', ['linked'], ['checkout/live-eu/2']),
    ('INC-2', ['search'], ['org/search'], ['find'], ['shop'], '', 'Nothing found', '', '2026-03-08 22:30:00', NULL, NULL, '2026-03-08 23:30:00', [], []),
    ('INC-3', ['checkout'], ['org/checkout'], ['payments'], ['shop', 'app'], '', 'Slow', '', '2026-03-09 10:00:00', '2026-03-09 10:01:00', NULL, NULL, ['attributed'], ['checkout/live-us/4']),
    ('INC-4', [], [], [], [], '', 'Office dark', '', '2026-03-10 10:00:00', '2026-03-10 09:00:00', '2026-03-10 08:00:00', '2026-03-10 09:30:00', [], []),
    ('INC-5', ['legacy'], [], [], [], '', 'Old things', '', '2026-03-12 10:00:00', '2026-03-12 10:30:00', '2026-03-12 11:00:00', '2026-03-12 12:00:00', [], []);

INSERT INTO incident_gaps (service, team, products, repos, previous, next, title, started_at, finished_at) VALUES
    ('search', 'find', ['shop'], ['org/search'], 'INC-1', 'INC-2', 'Nothing found', '2026-03-03 13:00:00', '2026-03-08 22:30:00'),
    ('checkout', 'payments', ['shop', 'app'], ['org/checkout'], 'INC-1', 'INC-3', 'Slow', '2026-03-03 13:00:00', '2026-03-09 10:00:00');

INSERT INTO stream_items (stream, item, kind, class, type, title, url, team, products, services, repos, changes, links, status, excluded, started_at, begun_at, done_at,
    stage, owner, since_at, lead_ms, active_ms, waiting_ms) VALUES
    ('delivery', 'PAY-1', 'ticket', 'feature', 'Story', 'Pay later', 'https://tickets.example/PAY-1', 'payments', ['shop', 'app'], ['checkout'], ['org/checkout'],
        ['org/checkout#1'], [('org/checkout#1', 'branch')], 'done', '', '2026-03-01 09:00:00', '2026-03-02 09:00:00', '2026-03-03 10:00:00', '', '', NULL, 176400000, 36000000, 140400000),
    ('delivery', 'org/search#9', 'change', 'defect', '', 'Find more', '', 'find', ['shop'], ['search'], ['org/search'],
        ['org/search#9'], [], 'done', '', '2026-03-04 20:30:00', '2026-03-04 20:30:00', '2026-03-04 23:30:00', '', '', NULL, 10800000, 10800000, 0),
    ('delivery', 'PAY-2', 'ticket', 'debt', 'Task', 'Both of them', '', 'payments', ['shop', 'app'], ['checkout', 'search'], ['org/checkout', 'org/search'],
        [], [], 'open', '', '2026-03-05 09:00:00', '2026-03-10 09:00:00', NULL, 'review', 'find', '2026-03-11 09:00:00', NULL, NULL, NULL),
    ('delivery', 'PAY-3', 'ticket', '', 'Idea', 'One day', '', 'payments', [], [], [],
        [], [], 'open', '', '2026-03-06 09:00:00', NULL, NULL, 'backlog', '', '2026-03-06 09:00:00', NULL, NULL, NULL),
    ('delivery', 'PAY-4', 'ticket', '', 'Bug', 'By a robot', '', '', [], [], [],
        [], [], 'excluded', 'a bot made it', '2026-03-07 09:00:00', NULL, NULL, '', '', NULL, NULL, NULL, NULL);
