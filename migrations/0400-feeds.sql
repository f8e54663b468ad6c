-- Receive -> keep -> acknowledge: the inbox is the queue; commit is the acknowledgement.
create schema feeds;
grant usage on schema feeds to kmcr_intake, kmcr_pages;

create table feeds.inbox (
  feed         text not null,
  message_id   uuid not null,               -- UUIDv7
  received     timestamptz not null,
  format       text not null,               -- hl7v2, fhir-r4, gp-connect-stu3, csv, unknown
  control_id   text not null,               -- MSH-10, Bundle.identifier, file name; empty where none
  kind         text not null,               -- ADT^A01, transaction, council-adult, ...
  sha256       bytea not null,              -- of the bytes as received
  size         integer not null,
  bytes        bytea not null,              -- zstd of the bytes as received
  lane         integer not null,            -- order is kept within feed and lane
  state        text not null,               -- kept, applied, quarantined, rejected
  attempts     integer not null default 0,
  acknowledged text not null,               -- AA, AE, AR, 200, ...
  ack          text not null,               -- the acknowledgement as sent, to be sent again for the same bytes
  flags        text[] not null default '{}',
  applied      timestamptz,
  -- Until then the process that took it over HTTP applies it itself; after that the workers do.
  reserved     timestamptz not null default '-infinity',
  primary key (feed, message_id)
);
create unique index inbox_duplicate on feeds.inbox (feed, control_id, sha256);
create index inbox_waiting on feeds.inbox (message_id) where state = 'kept';
alter table feeds.inbox alter column bytes set storage external;

create table feeds.quarantine (
  feed        text not null,
  message_id  uuid not null,
  item        integer not null default 0,   -- place among several faults of one message
  code        text not null,
  why         text not null,
  place       text not null,                -- PID-3, Bundle.entry[3].resource.status, row 7 column nhs_number
  received    timestamptz not null,
  state       text not null default 'open',
  primary key (feed, message_id, item)
);
create index quarantine_open on feeds.quarantine (received desc) where state = 'open';

grant select, insert, update on feeds.inbox, feeds.quarantine to kmcr_intake;
grant select (feed, message_id, received, format, control_id, kind, size, state, attempts, acknowledged, flags, applied) on feeds.inbox to kmcr_pages;
grant select on feeds.quarantine to kmcr_pages;
