-- What is configured of each stream, and what each status means in it.

-- The streams themselves: which tickets and changes belong to them. Empty lists: all.
SELECT toString(stream) AS name, title AS heading, configured AS is_configured, projects AS its_projects, types AS its_types, services AS its_services
FROM streams;

-- The statuses of each stream: what each means, by which rule, and how many tickets were ever in it. What maps to nothing has
-- the rule "unmapped".
-- Unit: tickets.
-- Left out: tickets and transitions that were deleted; statuses that the stream does not know.

SELECT toString(stream) AS stream_name, s.status AS name, toString(stage) AS stage_name, toString(class) AS kind, toString(reason) AS why,
    toString(rule) AS by, t.tickets AS ticket_n
FROM stream_statuses AS s
LEFT ANY JOIN
(
    SELECT status, uniqExact(ticket) AS tickets
    FROM
    (
        SELECT key AS ticket, toString(status) AS status FROM tickets WHERE deleted = 0
        UNION ALL
        -- What a ticket left, it was in before.
        SELECT ticket, arrayJoin([from, to]) AS status FROM transitions WHERE field = 'status' AND deleted = 0
    )
    GROUP BY status
) AS t ON s.status = t.status
ORDER BY stream_name, ticket_n DESC, name;
