-- Who dealt with a finding, when and how: replayed with the message, or closed with a reason.
alter table feeds.quarantine add column closed_by text;
alter table feeds.quarantine add column closed_why text;
alter table feeds.quarantine add column closed_at timestamptz;
create index quarantine_closed on feeds.quarantine (feed, closed_at desc) where state <> 'open';
