-- When the source said it (meta.lastUpdated, EVN-2, MSH-7): what is older goes to the history and never over what is newer.
alter table record.resource add column source_time timestamptz;
alter table record.resource_history add column source_time timestamptz;

-- Set on the last version of an item that its source deleted.
alter table record.resource_history add column removed timestamptz;
