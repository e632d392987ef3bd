-- The facts of two small streams, calculated by hand. 2026-03-02 is a Monday; hours are given in comments, in milliseconds in
-- the tables (1 h = 3 600 000). T-1 is the fourth worked example of the definitions.

INSERT INTO streams (stream, title, configured, projects, types, services) VALUES
    ('delivery', 'From idea to shop', true, [], [], ['checkout', 'Old, no']), ('incidents', 'Incidents', false, [], [], []);

INSERT INTO stream_stages (stream, position, stage, title, role, owner, queue, side) VALUES
    ('delivery', 10, 'backlog', 'Backlog', '', '', true, false),
    ('delivery', 20, 'development', 'Development', 'development', '', false, false),
    ('delivery', 30, 'dba', 'Databases', 'operations', 'dba', false, true),
    ('delivery', 40, 'test', 'Test', 'test', '', false, false),
    ('incidents', 10, 'detect', 'Detect', 'operations', '', false, false);

INSERT INTO stream_statuses (stream, status, stage, class, reason, rule) VALUES
    ('delivery', 'To Do', 'backlog', 'waiting', 'backlog', 'category'),
    ('delivery', 'In Progress', 'development', 'active', 'working', 'name'),
    ('delivery', 'In Test: "hard", 50%', 'test', 'active', 'test', 'configured'),
    ('delivery', 'Blocked', '', 'waiting', 'blocked', 'name'),
    ('delivery', 'Done', 'done', 'active', 'working', 'category'),
    ('delivery', '等待中', '', 'waiting', 'unmapped', 'unmapped');

INSERT INTO tickets (key, status, created_at, arrival, deleted) VALUES
    ('T-1', 'Done', '2026-03-02 09:00:00', 1, 0), ('T-2', 'Done', '2026-03-04 08:00:00', 1, 0), ('T-3', 'Blocked', '2026-03-05 10:00:00', 1, 0),
    ('T-9', 'Blocked', '2026-03-05 10:00:00', 1, 1);

INSERT INTO transitions (ticket, id, at, field, from, to, arrival, deleted) VALUES
    ('T-1', '1', '2026-03-02 11:00:00', 'status', 'To Do', 'In Progress', 1, 0), ('T-1', '2', '2026-03-03 18:00:00', 'status', 'In Progress', 'Done', 1, 0),
    ('T-2', '1', '2026-03-04 12:00:00', 'status', 'To Do', 'In Progress', 1, 0), ('T-2', '2', '2026-03-04 12:00:00', 'assignee', 'To Do', 'Blocked', 1, 0),
    ('T-3', '1', '2026-03-05 12:00:00', 'status', '等待中', 'Blocked', 1, 0);

-- T-1: 33 h = 13 active + 20 waiting. T-2: 24 h = 10 + 14. T-5: 12 h, all active, before the window.
INSERT INTO stream_items (stream, item, kind, class, type, title, url, team, products, services, repos, status, excluded,
    started_at, begun_at, done_at, stage, owner, since_at, lead_ms, active_ms, waiting_ms, lead_working_ms, active_working_ms, waiting_working_ms, spent, returns) VALUES
    ('delivery', 'T-1', 'ticket', 'feature', 'Story', 'Faster checkout', 'https://tracker.example/T-1', 'payments', ['shop'], ['checkout'], ['org/checkout'], 'done', '',
        '2026-03-02 09:00:00', '2026-03-02 11:00:00', '2026-03-03 18:00:00', '', '', NULL, 118800000, 46800000, 72000000, 36000000, 28800000, 7200000,
        [('backlog', 'waiting', 7200000, 7200000), ('rework', 'active', 10800000, 0), ('test', 'waiting', 64800000, 0), ('working', 'active', 36000000, 28800000)], 1),
    ('delivery', 'T-2', 'ticket', 'defect', 'Bug', 'Search finds nothing', '', 'find', ['shop'], ['search'], ['org/search'], 'done', '',
        '2026-03-04 08:00:00', '2026-03-04 12:00:00', '2026-03-05 08:00:00', '', '', NULL, 86400000, 36000000, 50400000, 28800000, 21600000, 7200000,
        [('backlog', 'waiting', 14400000, 7200000), ('blocked', 'waiting', 36000000, 0), ('working', 'active', 36000000, 21600000)], 0),
    ('delivery', 'T-3', 'ticket', '', 'Story', 'A better map', '', 'find', ['shop'], ['search'], ['org/search'], 'open', '',
        '2026-03-05 10:00:00', '2026-03-05 12:00:00', NULL, 'test', 'test', '2026-03-06 12:00:00', NULL, NULL, NULL, NULL, NULL, NULL, [], 0),
    ('delivery', 'T-6', 'ticket', '', 'Story', 'An older one', '', 'payments', [], ['checkout'], ['org/checkout'], 'open', '',
        '2026-02-27 09:00:00', '2026-02-27 09:00:00', NULL, 'test', 'test', '2026-03-03 09:00:00', NULL, NULL, NULL, NULL, NULL, NULL, [], 0),
    ('delivery', 'T-4', 'ticket', '', 'Story', 'Nobody knows when', '', 'payments', [], ['checkout'], [], 'excluded', 'no start known',
        '2026-03-04 12:00:00', NULL, '2026-03-04 12:00:00', '', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, [], 0),
    ('delivery', 'T-7', 'ticket', '', 'Story', 'Nobody knows either', '', 'payments', [], ['checkout'], [], 'excluded', 'no start known',
        '2026-02-04 12:00:00', NULL, '2026-02-04 12:00:00', '', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, [], 0),
    ('delivery', 'T-5', 'ticket', '', 'Story', 'Long ago', '', 'payments', [], ['checkout'], [], 'done', '',
        '2026-02-20 00:00:00', '2026-02-20 00:00:00', '2026-02-20 12:00:00', '', '', NULL, 43200000, 43200000, 0, NULL, NULL, NULL, [('working', 'active', 43200000, 0)], 0);

INSERT INTO stream_intervals (stream, item, n, stage, position, class, reason, owner, start_at, end_at, working_ms, rule) VALUES
    ('delivery', 'T-1', 1, 'backlog', 10, 'waiting', 'backlog', 'payments', '2026-03-02 09:00:00', '2026-03-02 11:00:00', 7200000, 'status'),
    ('delivery', 'T-1', 2, 'development', 20, 'active', 'working', 'payments', '2026-03-02 11:00:00', '2026-03-02 17:00:00', 21600000, 'status'),
    ('delivery', 'T-1', 3, 'test', 40, 'waiting', 'test', 'test', '2026-03-02 17:00:00', '2026-03-03 10:00:00', 0, 'status'),
    ('delivery', 'T-1', 4, 'test', 40, 'active', 'working', 'test', '2026-03-03 10:00:00', '2026-03-03 12:00:00', 7200000, 'status'),
    ('delivery', 'T-1', 5, 'development', 20, 'active', 'rework', 'payments', '2026-03-03 12:00:00', '2026-03-03 15:00:00', 0, 'status'),
    ('delivery', 'T-1', 6, 'test', 40, 'waiting', 'test', 'test', '2026-03-03 15:00:00', '2026-03-03 16:00:00', 0, 'status'),
    ('delivery', 'T-1', 7, 'test', 40, 'active', 'working', 'test', '2026-03-03 16:00:00', '2026-03-03 18:00:00', 0, 'status'),
    ('delivery', 'T-2', 1, 'backlog', 10, 'waiting', 'backlog', 'find', '2026-03-04 08:00:00', '2026-03-04 12:00:00', 7200000, 'status'),
    ('delivery', 'T-2', 2, 'development', 20, 'active', 'working', 'find', '2026-03-04 12:00:00', '2026-03-04 20:00:00', 21600000, 'status'),
    ('delivery', 'T-2', 3, 'test', 40, 'waiting', 'blocked', 'test', '2026-03-04 20:00:00', '2026-03-05 06:00:00', 0, 'flag'),
    ('delivery', 'T-2', 4, 'test', 40, 'active', 'working', 'find · test', '2026-03-05 06:00:00', '2026-03-05 08:00:00', 0, 'status'),
    ('delivery', 'T-3', 1, 'backlog', 10, 'waiting', 'backlog', 'find', '2026-03-05 10:00:00', '2026-03-05 12:00:00', 0, 'status'),
    ('delivery', 'T-3', 2, 'development', 20, 'active', 'working', 'find', '2026-03-05 12:00:00', '2026-03-06 12:00:00', 0, 'status'),
    ('delivery', 'T-3', 3, 'test', 40, 'waiting', 'test', 'test', '2026-03-06 12:00:00', NULL, NULL, 'status'),
    ('delivery', 'T-6', 1, 'development', 20, 'active', 'working', 'payments', '2026-02-27 09:00:00', '2026-03-03 09:00:00', 0, 'status'),
    ('delivery', 'T-6', 2, 'test', 40, 'active', 'working', 'test', '2026-03-03 09:00:00', NULL, NULL, 'status'),
    ('delivery', 'T-5', 1, 'development', 20, 'active', 'working', 'payments', '2026-02-20 00:00:00', '2026-02-20 12:00:00', NULL, 'status');

-- T-6's first one, in a stage that the stream does not list, was over before the week.
INSERT INTO stream_visits (stream, item, n, stage, position, side, owner, entered_at, left_at, process_ms, waiting_ms, process_working_ms, waiting_working_ms,
    stage_process_ms, stage_waiting_ms, stage_process_working_ms, stage_waiting_working_ms, forward, returned, returned_at, returned_from, return_rule, return_record, return_record_id, status, done_at, item_team, products, services, repos) VALUES
    ('delivery', 'T-1', 1, 'backlog', 10, false, 'payments', '2026-03-02 09:00:00', '2026-03-02 11:00:00', 0, 7200000, 0, 7200000,
        0, 7200000, 0, 7200000, true, false, NULL, '', '', '', '', 'done', '2026-03-03 18:00:00', 'payments', ['shop'], ['checkout'], ['org/checkout']),
    ('delivery', 'T-1', 2, 'development', 20, false, 'payments', '2026-03-02 11:00:00', '2026-03-02 17:00:00', 21600000, 0, 21600000, 0,
        NULL, NULL, NULL, NULL, true, true, '2026-03-03 12:00:00', 'test', 'status', 'transition', '4', 'done', '2026-03-03 18:00:00', 'payments', ['shop'], ['checkout'], ['org/checkout']),
    ('delivery', 'T-1', 3, 'test', 40, false, 'test', '2026-03-02 17:00:00', '2026-03-03 12:00:00', 7200000, 61200000, 7200000, 0,
        NULL, NULL, NULL, NULL, false, false, NULL, '', '', '', '', 'done', '2026-03-03 18:00:00', 'payments', ['shop'], ['checkout'], ['org/checkout']),
    ('delivery', 'T-1', 4, 'development', 20, false, 'payments', '2026-03-03 12:00:00', '2026-03-03 15:00:00', 10800000, 0, 0, 0,
        32400000, 0, 21600000, 0, true, false, NULL, '', '', '', '', 'done', '2026-03-03 18:00:00', 'payments', ['shop'], ['checkout'], ['org/checkout']),
    ('delivery', 'T-1', 5, 'test', 40, false, 'test', '2026-03-03 15:00:00', '2026-03-03 18:00:00', 7200000, 3600000, 0, 0,
        14400000, 64800000, 7200000, 0, true, false, NULL, '', '', '', '', 'done', '2026-03-03 18:00:00', 'payments', ['shop'], ['checkout'], ['org/checkout']),
    ('delivery', 'T-2', 1, 'backlog', 10, false, 'find', '2026-03-04 08:00:00', '2026-03-04 12:00:00', 0, 14400000, 0, 7200000,
        0, 14400000, 0, 7200000, true, false, NULL, '', '', '', '', 'done', '2026-03-05 08:00:00', 'find', ['shop'], ['search'], ['org/search']),
    ('delivery', 'T-2', 2, 'development', 20, false, 'find', '2026-03-04 12:00:00', '2026-03-04 20:00:00', 28800000, 0, 21600000, 0,
        28800000, 0, 21600000, 0, true, false, NULL, '', '', '', '', 'done', '2026-03-05 08:00:00', 'find', ['shop'], ['search'], ['org/search']),
    ('delivery', 'T-2', 3, 'test', 40, false, 'find · test', '2026-03-04 20:00:00', '2026-03-05 08:00:00', 7200000, 36000000, 0, 0,
        7200000, 36000000, 0, 0, true, false, NULL, '', '', '', '', 'done', '2026-03-05 08:00:00', 'find', ['shop'], ['search'], ['org/search']),
    ('delivery', 'T-3', 1, 'backlog', 10, false, 'find', '2026-03-05 10:00:00', '2026-03-05 12:00:00', 0, 7200000, 0, 0,
        0, 7200000, 0, 0, true, false, NULL, '', '', '', '', 'open', NULL, 'find', ['shop'], ['search'], ['org/search']),
    ('delivery', 'T-3', 2, 'development', 20, false, 'find', '2026-03-05 12:00:00', '2026-03-06 12:00:00', 86400000, 0, 0, 0,
        86400000, 0, 0, 0, true, false, NULL, '', '', '', '', 'open', NULL, 'find', ['shop'], ['search'], ['org/search']),
    ('delivery', 'T-3', 3, 'test', 40, false, 'test', '2026-03-06 12:00:00', NULL, 0, 0, 0, 0,
        0, 0, 0, 0, false, false, NULL, '', '', '', '', 'open', NULL, 'find', ['shop'], ['search'], ['org/search']),
    ('delivery', 'T-6', 1, 'development', 20, false, 'payments', '2026-02-27 09:00:00', '2026-03-03 09:00:00', 345600000, 0, 0, 0,
        345600000, 0, 0, 0, true, false, NULL, '', '', '', '', 'open', NULL, 'payments', [], ['checkout'], ['org/checkout']),
    ('delivery', 'T-6', 2, 'test', 40, false, 'test', '2026-03-03 09:00:00', NULL, 0, 0, 0, 0,
        0, 0, 0, 0, false, false, NULL, '', '', '', '', 'open', NULL, 'payments', [], ['checkout'], ['org/checkout']),
    ('delivery', 'T-5', 1, 'development', 20, false, 'payments', '2026-02-20 00:00:00', '2026-02-20 12:00:00', 43200000, 0, NULL, NULL,
        43200000, 0, NULL, NULL, true, false, NULL, '', '', '', '', 'done', '2026-02-20 12:00:00', 'payments', [], ['checkout'], []),
    ('delivery', 'T-6', 0, 'done', 65535, false, '', '2026-02-26 09:00:00', '2026-02-27 09:00:00', 0, 86400000, 0, 0,
        0, 86400000, 0, 0, false, false, NULL, '', '', '', '', 'open', NULL, 'payments', [], ['checkout'], ['org/checkout']),
    ('delivery', 'T-4', 1, 'development', 20, false, 'payments', '2026-03-04 10:00:00', '2026-03-04 12:00:00', 7200000, 0, 0, 0,
        7200000, 0, 0, 0, true, false, NULL, '', '', '', '', 'excluded', '2026-03-04 12:00:00', 'payments', [], ['checkout'], []);
