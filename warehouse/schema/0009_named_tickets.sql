-- The tickets that a pull request's description names: their keys, not its text. change_tickets.rule then may be body, and
-- remote_link where a ticket's remote link leads to the change.
ALTER TABLE pull_requests ADD COLUMN IF NOT EXISTS `ticket_keys` Array(String) AFTER `labels`;
