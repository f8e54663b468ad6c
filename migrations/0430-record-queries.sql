-- What readers said is wrong with an entry, and what its source answered. By the entry's
-- source patient, so that a relink needs nothing; rows are only added. A query is open
-- while it has no answer. Kept and disposed of with the source patient's rows.
create schema queries;
grant usage on schema queries to kmcr_pages, kmcr_intake;

create table queries.query (
  source_patient_id       uuid not null,
  query_id                uuid not null,
  resource_key            uuid not null,
  version                 integer not null,      -- of the entry, as the reader saw it
  section                 text not null,
  type                    text not null,
  kind                    text not null check (kind in ('wrong-fact', 'wrong-merge', 'out-of-date', 'duplicate')),
  words                   text not null,
  together_with           text[] not null,       -- entries that it stood together with, by id
  owner                   text not null,         -- ODS code of the organisation whose data it is
  feed                    text not null,
  message_id              uuid not null,
  asked_by                text not null,
  asked_by_name           text not null,
  asked_by_role           text not null,
  asked_by_organisation   text not null,
  asked_at                timestamptz not null,
  primary key (source_patient_id, query_id)
);
-- The owner's office; the pages of a record read by its source patients.
create index query_by_owner on queries.query (owner, asked_at desc, query_id);

create table queries.answer (
  source_patient_id uuid not null,
  query_id          uuid not null,
  answer            text not null check (answer in ('corrected', 'correct', 'passed-on')),
  words             text not null,
  answered_by       text not null,
  answered_by_name  text not null,
  organisation      text not null,
  answered_at       timestamptz not null,
  primary key (source_patient_id, query_id)
);

grant select, insert on queries.query, queries.answer to kmcr_intake;
grant select on queries.query, queries.answer to kmcr_pages;

do $$
declare each text;
begin
  foreach each in array array['query', 'answer'] loop
    execute format('alter table queries.%I enable row level security', each);
    execute format($p$create policy opened on queries.%I for select to kmcr_pages
      using (source_patient_id = any (coalesce(nullif(current_setting('kmcr.open', true), ''), '{}')::uuid[]))$p$, each);
    execute format('create policy intake on queries.%I for all to kmcr_intake using (true) with check (true)', each);
  end loop;
end $$;
