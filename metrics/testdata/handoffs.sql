-- Items of two streams with their handoffs. PAY-4 is the worked example 4 of the definitions: created Mon 2 March 09:00, in
-- progress 11:00, ready for test 17:00, in test Tue 10:00, in progress 12:00, ready for test 15:00, in test 16:00, done 18:00.

INSERT INTO stream_stages (stream, position, stage, title, role, owner, queue, side) VALUES
    ('delivery', 0, 'backlog', 'Backlog', 'business', '', 1, 0), ('delivery', 1, 'development', 'Development', 'development', '', 0, 0),
    ('delivery', 2, 'review', 'Review', 'review', '', 0, 0), ('delivery', 3, 'test', 'Test', 'test', '', 0, 0),
    ('delivery', 4, 'approval', 'Approval', 'operations', '', 0, 0), ('incidents', 0, 'detect', 'Detect', 'operations', '', 0, 0);

INSERT INTO stream_items (stream, item, kind, class, type, title, url, team, products, services, repos, changes, links, status, excluded,
    started_at, done_at, lead_ms, active_ms, waiting_ms, lead_working_ms, active_working_ms, waiting_working_ms, returns) VALUES
    ('delivery', 'PAY-4', 'ticket', 'feature', 'Story', 'Pay later', 'https://tracker.example/PAY-4', 'payments', ['shop'], ['pay/till'], ['org/till'],
        ['org/till#7', 'org/till#8'], [('org/till#7', 'title'), ('org/till#8', 'branch')], 'done', '',
        '2026-03-02 09:00:00', '2026-03-03 18:00:00', 118800000, 46800000, 72000000, 61200000, 46800000, 14400000, 1),
    ('delivery', 'PAY-5', 'ticket', '', 'Story', 'Refunds', '', 'payments', ['shop', 'app'], ['checkout'], ['org/checkout'], [], [], 'done', '',
        '2026-03-08 12:00:00', '2026-03-10 12:00:00', 172800000, 86400000, 86400000, NULL, NULL, NULL, 0),
    ('delivery', 'PAY-6', 'ticket', '', '', 'Vouchers', '', 'payments', ['shop'], ['checkout'], ['org/checkout'], [], [], 'open', '',
        '2026-03-17 12:00:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0),
    ('delivery', 'PAY-7', 'ticket', '', '', 'Odd', '', 'payments', ['shop'], ['checkout'], ['org/checkout'], [], [], 'excluded', 'no start is known',
        '2026-03-05 12:00:00', '2026-03-05 12:00:00', NULL, NULL, NULL, NULL, NULL, NULL, 0),
    ('delivery', 'PAY-8', 'ticket', '', '', 'Before', '', 'payments', ['shop'], ['checkout'], ['org/checkout'], [], [], 'done', '',
        '2026-01-20 12:00:00', '2026-02-20 12:00:00', 2678400000, 0, 2678400000, NULL, NULL, NULL, 0),
    ('delivery', 'SEA-1', 'ticket', '', '', 'Find more', '', 'search', [], ['search'], ['org/search'], [], [], 'done', '',
        '2026-03-08 03:30:00', '2026-03-08 23:30:00', 72000000, 36000000, 36000000, NULL, NULL, NULL, 0),
    ('incidents', 'INC-1', 'incident', '', '', 'Down', '', 'payments', [], ['checkout'], [], [], [], 'done', '',
        '2026-03-05 10:00:00', '2026-03-05 11:00:00', 3600000, 0, 3600000, NULL, NULL, NULL, 0);

INSERT INTO stream_handoffs (stream, item, n, at, from_owner, to_owner, from_team, to_team, from_role, to_role, from_stage, to_stage, reason,
    received_at, wait_ms, wait_working_ms, acted, `return`, status, done_at, clocked, item_team, products, services, repos) VALUES
    ('delivery', 'PAY-4', 1, '2026-03-02 17:00:00', 'development', 'test', '', '', 'development', 'test', 'development', 'test', 'test',
        '2026-03-03 10:00:00', 61200000, 3600000, 1, 0, 'done', '2026-03-03 18:00:00', true, 'payments', ['shop'], ['pay/till'], ['org/till']),
    ('delivery', 'PAY-4', 2, '2026-03-03 12:00:00', 'test', 'development', '', '', 'test', 'development', 'test', 'development', 'rework',
        '2026-03-03 12:00:00', 0, 0, 1, 1, 'done', '2026-03-03 18:00:00', true, 'payments', ['shop'], ['pay/till'], ['org/till']),
    ('delivery', 'PAY-4', 3, '2026-03-03 15:00:00', 'development', 'test', '', '', 'development', 'test', 'development', 'test', 'test',
        '2026-03-03 16:00:00', 3600000, 3600000, 1, 0, 'done', '2026-03-03 18:00:00', true, 'payments', ['shop'], ['pay/till'], ['org/till']),
    ('delivery', 'PAY-5', 1, '2026-03-09 08:00:00', 'payments', 'payments · review', 'payments', 'payments', 'development', 'review', 'development', 'review', 'review',
        '2026-03-09 12:00:00', 14400000, NULL, 1, 0, 'done', '2026-03-10 12:00:00', false, 'payments', ['shop', 'app'], ['checkout'], ['org/checkout']),
    ('delivery', 'PAY-5', 2, '2026-03-09 14:00:00', 'payments · review', 'operations', 'payments', 'operations', 'review', 'operations', 'review', 'approval', 'approval',
        '2026-03-10 10:00:00', 72000000, NULL, 1, 0, 'done', '2026-03-10 12:00:00', false, 'payments', ['shop', 'app'], ['checkout'], ['org/checkout']),
    ('delivery', 'PAY-6', 1, '2026-03-18 12:00:00', 'payments', 'operations', 'payments', 'operations', 'development', 'operations', 'development', 'approval', 'approval',
        NULL, NULL, NULL, 0, 0, 'open', NULL, false, 'payments', ['shop'], ['checkout'], ['org/checkout']),
    ('delivery', 'PAY-7', 1, '2026-03-05 12:00:00', 'payments', 'operations', 'payments', 'operations', 'development', 'operations', 'development', 'approval', 'approval',
        '2026-03-05 12:00:00', 3600000000, NULL, 1, 0, 'excluded', '2026-03-05 12:00:00', false, 'payments', ['shop'], ['checkout'], ['org/checkout']),
    ('delivery', 'PAY-8', 1, '2026-02-01 12:00:00', 'payments', 'operations', 'payments', 'operations', 'development', 'operations', 'development', 'approval', 'approval',
        '2026-02-20 12:00:00', 1641600000, NULL, 1, 0, 'done', '2026-02-20 12:00:00', false, 'payments', ['shop'], ['checkout'], ['org/checkout']),
    ('delivery', 'SEA-1', 1, '2026-03-08 10:00:00', 'search', 'operations', 'search', 'operations', 'development', 'operations', 'development', 'approval', 'approval',
        '2026-03-08 20:00:00', 36000000, NULL, 1, 0, 'done', '2026-03-08 23:30:00', false, 'search', [], ['search'], ['org/search']),
    ('incidents', 'INC-1', 1, '2026-03-05 10:00:00', 'operations', 'payments', 'operations', 'payments', 'operations', 'development', 'detect', 'detect', 'acknowledge',
        '2026-03-05 11:00:00', 3600000, NULL, 1, 0, 'done', '2026-03-05 11:00:00', false, 'payments', [], ['checkout'], []);

INSERT INTO stream_intervals (stream, item, n, stage, position, class, reason, owner, team, role, start_at, end_at, working_ms, rule, record, record_id) VALUES
    ('delivery', 'PAY-4', 1, 'backlog', 0, 'waiting', 'backlog', 'development', '', 'development', '2026-03-02 09:00:00', '2026-03-02 11:00:00', 7200000, 'status', 'ticket', 'PAY-4'),
    ('delivery', 'PAY-4', 2, 'development', 1, 'active', 'working', 'development', '', 'development', '2026-03-02 11:00:00', '2026-03-02 17:00:00', 21600000, 'pull request', 'pull_request', 'org/till#7'),
    ('delivery', 'PAY-4', 3, 'test', 3, 'waiting', 'test', 'test', '', 'test', '2026-03-02 17:00:00', '2026-03-03 10:00:00', 3600000, 'status', 'ticket', 'PAY-4'),
    ('delivery', 'PAY-4', 4, 'test', 3, 'active', 'working', 'test', '', 'test', '2026-03-03 10:00:00', '2026-03-03 12:00:00', 7200000, 'build', 'build', 'org/till/ci.yml/12#2'),
    ('delivery', 'PAY-4', 5, 'development', 1, 'active', 'rework', 'development', '', 'development', '2026-03-03 12:00:00', '2026-03-03 15:00:00', 10800000, 'status', 'ticket', 'PAY-4'),
    ('delivery', 'PAY-4', 6, 'test', 3, 'waiting', 'test', 'test', '', 'test', '2026-03-03 15:00:00', '2026-03-03 16:00:00', 3600000, 'status', 'ticket', 'PAY-9'),
    ('delivery', 'PAY-4', 7, 'done', 9, 'active', 'working', '', '', 'test', '2026-03-03 16:00:00', '2026-03-03 18:00:00', 7200000, 'deployment', 'deployment', 'pay/till/live/eu/55'),
    ('delivery', 'PAY-6', 1, 'development', 1, 'active', 'working', 'payments', 'payments', 'development', '2026-03-17 12:00:00', '2026-03-18 12:00:00', NULL, 'status', 'ticket', 'PAY-6'),
    ('delivery', 'PAY-6', 2, 'approval', 4, 'waiting', 'approval', 'operations', 'operations', 'operations', '2026-03-18 12:00:00', NULL, NULL, 'approval', '', ''),
    ('incidents', 'INC-1', 1, 'detect', 0, 'waiting', 'acknowledge', 'payments', 'payments', 'development', '2026-03-05 10:00:00', '2026-03-05 11:00:00', NULL, 'incident', 'incident', 'INC-1');

INSERT INTO stream_visits (stream, item, n, stage, position, owner, entered_at, left_at, forward, returned, returned_at, return_rule, return_record, return_record_id, status) VALUES
    ('delivery', 'PAY-4', 1, 'backlog', 0, 'development', '2026-03-02 09:00:00', '2026-03-02 11:00:00', 1, 0, NULL, '', '', '', 'done'),
    ('delivery', 'PAY-4', 2, 'development', 1, 'development', '2026-03-02 11:00:00', '2026-03-02 17:00:00', 1, 1, '2026-03-03 12:00:00', 'status', 'transition', 'PAY-4/10004', 'done'),
    ('delivery', 'PAY-4', 3, 'test', 3, 'test', '2026-03-02 17:00:00', '2026-03-03 12:00:00', 0, 0, NULL, '', '', '', 'done'),
    ('delivery', 'PAY-4', 4, 'development', 1, 'development', '2026-03-03 12:00:00', '2026-03-03 15:00:00', 1, 0, NULL, '', '', '', 'done'),
    ('delivery', 'PAY-4', 5, 'test', 3, 'test', '2026-03-03 15:00:00', '2026-03-03 18:00:00', 1, 0, NULL, '', '', '', 'done');

INSERT INTO changes (repo, id, kind, number, title, url, merged_at) VALUES
    ('org/till', 'org/till#7', 'pull_request', 7, 'PAY-4 Pay later', 'https://git.example/7', '2026-03-03 15:30:00');

INSERT INTO deliveries (service, environment, repo, change, status, deployment_environment, deployment_id, merged_at, finished_at) VALUES
    ('pay/till', '', 'org/till', 'org/till#7', 'delivered', 'live/eu', '55', '2026-03-03 15:30:00', '2026-03-03 18:00:00'),
    ('pay/till', 'live/eu', 'org/till', 'org/till#7', 'delivered', 'live/eu', '55', '2026-03-03 15:30:00', '2026-03-03 18:00:00'),
    ('kiosk', '', 'org/till', 'org/till#7', 'waiting', '', '', '2026-03-03 15:30:00', NULL);
