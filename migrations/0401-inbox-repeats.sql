-- A source that goes back to what it said before sends the earlier bytes again: no repeat where something else came
-- between on the same lane. Senders over HTTP give no message id that would tell the two apart.
alter table feeds.inbox add column repeat integer not null default 0;
drop index feeds.inbox_duplicate;
create unique index inbox_duplicate on feeds.inbox (feed, control_id, sha256, repeat);
create index inbox_by_lane on feeds.inbox (feed, lane, message_id);
