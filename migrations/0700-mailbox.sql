-- What is delivered into partners' mailboxes. No clinical word stands here: what is delivered is read from the record,
-- under a decision, when somebody opens the inbox or when it is sent.
create schema mailbox;
grant usage on schema mailbox to kmcr_intake, kmcr_pages;

-- One version of one document for one organisation: written in the transaction that stored the document.
create table mailbox.delivery (
  source_patient_id    uuid not null,
  delivery_id          uuid not null,         -- UUIDv7: its order
  resource_key         uuid not null,
  feed                 text not null,
  message_id           uuid not null,         -- of the feed: tells one version of the document from the next
  sender               text not null,         -- ODS code
  recipient            text not null,         -- ODS code
  queued_at            timestamptz not null,
  read_at              timestamptz,
  read_by              text,                  -- id of the professional
  read_by_name         text,
  acknowledged_at      timestamptz,
  acknowledged_by      text,
  acknowledged_by_name text,
  primary key (source_patient_id, delivery_id),
  unique (source_patient_id, resource_key, message_id, recipient)
);
create index delivery_by_recipient on mailbox.delivery (recipient, delivery_id desc);
create index delivery_by_sender on mailbox.delivery (sender, delivery_id desc);

-- A delivery that also goes by MESH, and how far it got.
create table mailbox.transmission (
  source_patient_id uuid not null,
  delivery_id       uuid not null,
  recipient         text not null,
  mailbox           text not null,
  workflow_id       text not null,
  -- waiting, accepted (MESH has it), acknowledged (the recipient's system has it), undelivered (MESH reports), refused (MESH does not take it), withheld (not to be sent)
  state             text not null,
  sends             integer not null default 0,     -- times that MESH took it
  attempts          integer not null default 0,     -- tries since it last did
  due_at            timestamptz not null,           -- of the next try, or of the next question what became of it
  mesh_message_id   text,
  sent_at           timestamptz,
  state_at          timestamptz not null,
  why               text,
  primary key (source_patient_id, delivery_id)
);
create index transmission_due on mailbox.transmission (delivery_id) where state in ('waiting', 'undelivered', 'withheld');
create index transmission_open on mailbox.transmission (due_at) where state = 'accepted';
create index transmission_by_message on mailbox.transmission (mesh_message_id) where mesh_message_id is not null;

-- When our mailbox at MESH was last looked into: a process that starts again keeps to the five minutes too.
create table mailbox.mesh_mailbox (
  mailbox      text primary key,
  polled_at    timestamptz,
  validated_at timestamptz,
  fault        text,                                -- of the last look; null where it was good
  fault_at     timestamptz
);

grant select, insert on mailbox.delivery to kmcr_intake;
grant select, update (read_at, read_by, read_by_name, acknowledged_at, acknowledged_by, acknowledged_by_name) on mailbox.delivery to kmcr_pages;
grant select, insert, update on mailbox.transmission, mailbox.mesh_mailbox to kmcr_intake;
grant select on mailbox.transmission, mailbox.mesh_mailbox to kmcr_pages;
