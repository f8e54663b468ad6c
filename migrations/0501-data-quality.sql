-- What the rules of data quality found in messages: places, never values.
create schema data_quality;
grant usage on schema data_quality to kmcr_intake, kmcr_pages;

create table data_quality.issue (
  feed        text not null,
  message_id  uuid not null,
  rule        text not null,                -- stable id of the rule, for example nhs-number-invalid
  dimension   text not null,
  severity    text not null,
  place       text not null,                -- where it was found first: PID-3, Patient.birthDate
  found       integer not null,             -- in how many places of the message
  received    timestamptz not null,         -- of the message
  state       text not null default 'open', -- open, closed
  closed_by   text,
  closed_why  text,
  closed_at   timestamptz,
  primary key (feed, message_id, rule)
);
-- Counts by rule over days, and the newest open issues of a feed.
create index issue_by_day on data_quality.issue (feed, received) include (rule, dimension, message_id);
create index issue_open on data_quality.issue (feed, received desc, message_id, rule) where state = 'open';

grant select, insert, update on data_quality.issue to kmcr_intake;
grant select on data_quality.issue to kmcr_pages;
