-- Without a calendar nobody knows the working time of an interval.
INSERT INTO {line:Identifier} (item, n, start_ms, end_ms, stage, position, class, reason, owner, team, role, rule, record, record_id, working_ms)
SELECT item, n, start_ms, end_ms, stage, position, class, reason, owner, team, role, rule, record, record_id, NULL FROM {pieces:Identifier};
