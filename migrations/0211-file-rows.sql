-- Files of rows: what each feed of files has sent, and what goes back to its sender.
create schema files;
grant usage on schema files to kmcr_intake;

-- What a feed of files has sent and still stands: what a full load that lacks a row removes, and what a delete names.
create table files.sent_row (
  feed       text not null,
  row_key    text not null,                 -- kind and the source's own id: assessment:A-1042
  local_id   text not null,                 -- whose row it is, by the organisation's own id
  items      text[] not null,               -- what it became: type, space, source key
  message_id uuid not null,
  primary key (feed, row_key)
);
-- The report that goes back to the sender: each fault with its row and column, to be fetched again.
create table files.report (
  feed       text not null,
  message_id uuid not null,
  report     text not null,                 -- JSON: FileReport
  primary key (feed, message_id)
);
grant select, insert, update, delete on files.sent_row to kmcr_intake;
grant select, insert, update on files.report to kmcr_intake;
