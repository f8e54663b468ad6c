-- Explained and unexplained accesses, and what officers make of them. Persons stand here by id alone.
create schema monitoring;
grant usage on schema monitoring to kmcr_pages, kmcr_monitoring;
grant usage on schema audit, identity, access, objections to kmcr_monitoring;
-- The job reads what explains an access, and writes what nothing explains.
grant select on audit.entry to kmcr_monitoring;
grant select on identity.source_patient, identity.link, identity.review, identity.nhs_number_key to kmcr_monitoring;
grant select on access.relationship, access.reason to kmcr_monitoring;
grant select on objections.objection to kmcr_monitoring;

-- How far the job has come.
create table monitoring.progress (
  name  text primary key,
  until timestamptz not null
);

-- What waits for an officer of the professional's employer. The id follows from what it is about, so that looking again changes nothing.
create table monitoring.alert (
  organisation    text not null,        -- ODS code of the professional's employer
  alert_id        uuid not null,
  kind            text not null check (kind in ('access', 'pattern')),
  professional_id text not null,        -- empty: of several professionals at one person
  role            text not null,
  person_id       uuid not null,        -- nil uuid: about no single person
  first_at        timestamptz not null,
  last_at         timestamptz not null,
  score           integer not null,
  rules           text[] not null,
  parts           text not null,        -- JSON: each rule, its weight and its words; nothing that identifies a person
  explanation     text not null,        -- what was looked for, and what was found
  break_glass     boolean not null,
  raised_at       timestamptz not null,
  due_at          timestamptz not null,
  look_again_at   timestamptz,          -- when it can be known whether a contact followed
  state           text not null default 'new' check (state in ('new', 'asked', 'justified', 'in-case')),
  useful          boolean,              -- what the officer's outcome said of the rules
  escalated_at    timestamptz,
  case_id         uuid,
  primary key (organisation, alert_id)
);
create index alert_waiting on monitoring.alert (organisation, state, score desc, alert_id);
create index alert_again on monitoring.alert (look_again_at) where look_again_at is not null;

create table monitoring.alert_entry (
  organisation text not null,
  alert_id     uuid not null,
  entry_id     uuid not null,           -- of audit.entry
  person_id    uuid not null,
  recorded     timestamptz not null,
  primary key (organisation, alert_id, entry_id)
);

-- Accesses without any tie between person and employer: what a little at a time is made of.
create table monitoring.bare_access (
  organisation    text not null,
  professional_id text not null,
  entry_id        uuid not null,
  person_id       uuid not null,
  recorded        timestamptz not null,
  primary key (organisation, professional_id, entry_id)
);

-- A professional's day, for what is usual among peers and for the figures on the first page.
create table monitoring.day_count (
  organisation    text not null,
  professional_id text not null,
  role            text not null,
  day             date not null,
  openings        integer not null,
  explained       integer not null,
  persons         integer not null,
  prints          integer not null,
  browsed         integer not null,
  strangers       integer not null,     -- persons without any tie
  primary key (organisation, professional_id, role, day)
);

create table monitoring.case_file (
  organisation    text not null,
  case_id         uuid not null,
  professional_id text not null,
  opened_at       timestamptz not null,
  opened_by       text not null,
  state           text not null check (state in ('open', 'closing', 'closed')),
  outcome         text,                 -- appropriate, inappropriate, training, disciplinary, breach
  proposed_by     text,                 -- who proposed to close it, where a second officer must agree
  aware_at        timestamptz,          -- of a breach: from then the hours to the regulator run
  report_due_at   timestamptz,
  closed_at       timestamptz,
  primary key (organisation, case_id)
);

-- What was done with an alert, case, sample, plan, concern or control: in order, and never changed.
create table monitoring.journal (
  organisation text not null,
  subject_id   uuid not null,
  line_id      uuid not null,
  at           timestamptz not null,
  actor_id     text not null,
  actor_name   text not null,
  act          text not null,
  words        text not null,
  primary key (organisation, subject_id, line_id)
);

-- A random sample that anybody can draw again: seed and population give the same entries.
create table monitoring.sample (
  organisation text not null,
  sample_id    uuid not null,
  plan_id      uuid,
  seed         text not null,
  since        timestamptz not null,
  until        timestamptz not null,
  population   integer not null,
  drawn_at     timestamptz not null,
  drawn_by     text not null,
  primary key (organisation, sample_id)
);
create table monitoring.sample_item (
  organisation text not null,
  sample_id    uuid not null,
  entry_id     uuid not null,
  person_id    uuid not null,
  place        integer not null,
  outcome      text,                    -- appropriate, question, inappropriate
  primary key (organisation, sample_id, entry_id)
);

create table monitoring.plan (
  organisation text not null,
  plan_id      uuid not null,
  since        date not null,
  until        date not null,
  sample_size  integer not null check (sample_size > 0),
  owner        text not null,
  made_at      timestamptz not null,
  made_by      text not null,
  signed_at    timestamptz,
  signed_by    text,
  result       text,
  primary key (organisation, plan_id)
);

create table monitoring.concern (
  organisation    text not null,
  concern_id      uuid not null,
  received_on     date not null,
  raised_by       text not null check (raised_by in ('citizen', 'professional', 'partner', 'other')),
  words           text not null,
  recorded_at     timestamptz not null,
  recorded_by     text not null,
  case_id         uuid,
  primary key (organisation, concern_id)
);

create table monitoring.control_check (
  organisation text not null,
  control      text not null,
  check_id     uuid not null,
  state        text not null check (state in ('met', 'partly', 'not-met')),
  evidence     text not null,
  checked_at   timestamptz not null,
  checked_by   text not null,
  next_due     date not null,
  primary key (organisation, control, check_id)
);

grant select, insert, update on monitoring.progress, monitoring.alert to kmcr_monitoring;
grant select, insert on monitoring.alert_entry to kmcr_monitoring;
grant select, insert, delete on monitoring.bare_access to kmcr_monitoring;
grant select, insert, update on monitoring.day_count to kmcr_monitoring;
grant insert on monitoring.journal to kmcr_monitoring;
grant select on monitoring.progress, monitoring.alert_entry, monitoring.day_count, monitoring.bare_access to kmcr_pages;
grant select, update on monitoring.alert to kmcr_pages;
grant select, insert, update on monitoring.case_file, monitoring.plan, monitoring.sample_item, monitoring.concern to kmcr_pages;
grant select, insert on monitoring.journal, monitoring.sample, monitoring.control_check to kmcr_pages;
