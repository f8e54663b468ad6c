-- A message that concerns several identities (merge, move) stands in all of their lanes: it waits for what came before
-- in each, and what came after in each waits for it, whichever worker has it.
alter table feeds.inbox add column other_lanes integer[];
-- `reserved` is from now on the time before which no worker takes the message: somebody else has it, or it failed and is tried again then.
create index inbox_held on feeds.inbox (message_id) where state = 'kept' and (other_lanes is not null or reserved > '-infinity');
-- A replay is a message of its own, so that what was received stays as it was: whose replay, by whom and why.
alter table feeds.inbox add column replays uuid;
alter table feeds.inbox add column replayed_by text;
alter table feeds.inbox add column replay_reason text;
create index inbox_replays on feeds.inbox (replays) where replays is not null;
-- No index by time: message ids begin with it. And no index beside the two unique ones begins with the feed: a planner
-- without statistics took such a one for every look by message id, and read the whole feed each time (94 ms for 48 messages).
drop index feeds.inbox_by_lane;
create index inbox_by_lane on feeds.inbox (lane, message_id);
create index inbox_set_aside on feeds.inbox (feed) where state = 'quarantined';
grant select (sha256, lane, other_lanes, reserved, repeat, replays, replayed_by, replay_reason) on feeds.inbox to kmcr_pages;
-- What each feed sent in each hour: the rate now against the usual one, and growth, without counting the inbox.
create table feeds.tally (
  feed      text not null,
  hour      timestamptz not null,            -- its beginning
  received  bigint not null,
  repeated  bigint not null,                 -- the same bytes again: acknowledged again, nothing else
  rejected  bigint not null,
  bytes     bigint not null,
  primary key (feed, hour)
);
insert into feeds.tally select feed, date_trunc('hour', received), count(*), 0, count(*) filter (where state = 'rejected'), sum(size) from feeds.inbox group by 1, 2;
grant select, insert, update on feeds.tally to kmcr_intake;
grant select on feeds.tally to kmcr_pages;
