-- What a named professional decided that the person may see of an entry which is kept
-- back by rule, or that they may not after all. By the entry's source patient, so that a
-- relink needs nothing; rows are only added, the newest of an entry holds, and only for
-- the version that was read. Kept and disposed of with the source patient's rows.
create table access.own_record_release (
  source_patient_id       uuid not null,
  release_id              uuid not null,
  entry_id                text not null,
  version                 integer not null,
  act                     text not null check (act in ('released', 'kept-back')),
  words                   text not null,
  decided_by              text not null,
  decided_by_name         text not null,
  decided_by_role         text not null,
  decided_by_organisation text not null,
  decided_at              timestamptz not null,
  primary key (source_patient_id, release_id)
);

grant select, insert on access.own_record_release to kmcr_intake;
grant select on access.own_record_release to kmcr_pages;
alter table access.own_record_release enable row level security;
create policy opened on access.own_record_release for select to kmcr_pages
  using (source_patient_id = any (coalesce(nullif(current_setting('kmcr.open', true), ''), '{}')::uuid[]));
create policy intake on access.own_record_release for all to kmcr_intake using (true) with check (true);
