-- Whose task an alert is; empty: the office's.
alter table monitoring.alert add column owner_id text not null default '';
