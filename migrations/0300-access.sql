-- Why a professional has to do with a person.

create schema access;

-- A relationship that a feed gave rise to. It belongs to the source patient, so
-- that linking and unlinking carry it without a write.
create table access.relationship (
  source_patient_id uuid not null,
  relationship_id uuid not null,
  organisation text not null,
  kind text not null check (kind in ('registration', 'admission', 'attendance', 'referral', 'appointment', 'caseload', 'care-team')),
  service text,
  started timestamptz not null,
  ended timestamptz,
  words text not null,
  primary key (source_patient_id, relationship_id)
);

-- A reason that a professional stated to open one person's record for a while.
-- It belongs to the person as linked when it was given: after a merge or a
-- split it opens nothing new, and the professional is asked again.
create table access.reason (
  person_id uuid not null,
  reason_id uuid not null,
  professional_id text not null,
  organisation text not null,
  kind text not null check (kind in ('reason-given', 'break-glass')),
  reason_code text not null,
  words text not null,
  service text,
  given_at timestamptz not null,
  until timestamptz not null,
  primary key (person_id, reason_id),
  check (until > given_at)
);
create index reason_by_professional on access.reason (person_id, professional_id, until desc);

grant usage on schema access to kmcr_pages, kmcr_intake;
grant select on access.relationship to kmcr_pages;
grant select, insert, update, delete on access.relationship to kmcr_intake;
-- Reasons are never changed or taken back: they are evidence.
grant select, insert on access.reason to kmcr_pages;
