-- Source patients to be asked about at PDS, and what it answered last.
create table identity.trace (
  source_patient_id uuid primary key,
  priority          smallint not null,      -- 0 PDS said that something changed, 1 no verified number, 2 to learn what protects the person
  next_at           timestamptz,            -- null: nothing to ask
  tries             smallint not null default 0,
  asked_at          timestamptz,
  outcome           text,
  status            text,                   -- verification status after the trace
  nhs_number        text,
  confidence        real,
  evidence          text,                   -- JSON: each rung in words, never an address
  is_sensitive      boolean not null default false,
  death_status      text,                   -- informal, formal, removed
  date_of_death     text
);
create index trace_next on identity.trace (priority, next_at) where next_at is not null;
grant select, insert, update on identity.trace to kmcr_intake;
grant select on identity.trace to kmcr_pages;

-- The line on which PDS says that something changed: silent, it looks like nothing having changed.
create table identity.change_line (
  line       text primary key,              -- mns
  since      timestamptz not null,          -- first subscribed
  last_heard timestamptz
);
grant select, insert, update on identity.change_line to kmcr_intake;
grant select on identity.change_line to kmcr_pages;
