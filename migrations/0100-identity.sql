-- One person: the source patients linked to one human, as link rows with their journal.
create schema identity;
grant usage on schema identity to kmcr_pages, kmcr_search, kmcr_intake;

-- One organisation's patient. source_patient_id is the immutable home key of all its clinical rows.
create table identity.source_patient (
  source_patient_id  uuid primary key,
  organisation       text not null,         -- ODS code
  local_id           text not null,
  feed               text not null,
  person_id          uuid not null,         -- written by relink alone
  nhs_number         text,                  -- ten digits that passed the check, else null
  nhs_number_text    text,                  -- as sent, whatever it was
  nhs_number_status  text not null,         -- UKCore-NHSNumberVerificationStatusEngland, or absent, invalid
  family             text,
  given              text,
  title              text,
  preferred_name     text,
  date_of_birth      date,
  birth_text         text,                  -- as sent, precision kept
  sex                text,
  deceased           boolean not null default false,
  date_of_death      text,
  address            text[] not null default '{}',
  postcode           text,
  phone              text,
  email              text,
  gp_practice        text,                  -- ODS code
  language           text,
  interpreter        boolean,
  protected_address  boolean not null default false,
  active             boolean not null default true,
  replaced_by        uuid,                  -- the source's own merge (A34, A40)
  demographics_at    timestamptz not null,  -- source's time of the demographics; an older message never overwrites
  first_seen         timestamptz not null,
  last_seen          timestamptz not null
);
grant select on identity.source_patient to kmcr_pages, kmcr_search;
grant select, insert, update on identity.source_patient to kmcr_intake;

-- Keyed look-ups, each unique in its own table.
create table identity.local_identifier (
  identifier_key    text primary key,       -- ODS code | local id
  source_patient_id uuid not null
);
create table identity.nhs_number_key (
  nhs_number        text not null,
  source_patient_id uuid not null,
  primary key (nhs_number, source_patient_id)
);
create table identity.name_key (
  name_key          text not null,          -- folded family name | date of birth
  source_patient_id uuid not null,
  primary key (name_key, source_patient_id)
);
grant select on identity.local_identifier, identity.nhs_number_key, identity.name_key to kmcr_search;
grant select, insert, delete on identity.local_identifier, identity.nhs_number_key, identity.name_key to kmcr_intake;

create table identity.link (
  person_id         uuid not null,
  source_patient_id uuid not null,
  linked_at         timestamptz not null,
  reason            text not null,
  primary key (person_id, source_patient_id)
);
grant select on identity.link to kmcr_pages, kmcr_search;
grant select, insert, delete on identity.link to kmcr_intake;

-- Every relink, in order, with what is needed to undo it exactly.
create table identity.relink_journal (
  source_patient_id uuid not null,
  journal_id        uuid not null,
  from_person       uuid,
  to_person         uuid not null,
  reason            text not null,
  evidence          text not null,          -- JSON, field by field
  actor             text not null,
  at                timestamptz not null,
  undoes            uuid,
  primary key (source_patient_id, journal_id)
);
grant select, insert on identity.relink_journal to kmcr_intake;
grant select on identity.relink_journal to kmcr_pages;

-- Pairs that a human must look at: same number, something else disagrees.
create table identity.review (
  source_patient_id uuid not null,
  other_person_id   uuid not null,
  reason            text not null,
  evidence          text not null,
  raised_at         timestamptz not null,
  state             text not null default 'open',
  primary key (source_patient_id, other_person_id)
);
grant select, insert, update on identity.review to kmcr_intake;
grant select on identity.review to kmcr_pages;

-- Taken while a link is decided, so that two first messages with one number see each other. A row lock, no advisory lock.
create table identity.nhs_number_gate (
  nhs_number text primary key,
  taken      timestamptz not null
);
grant select, insert, update on identity.nhs_number_gate to kmcr_intake;
