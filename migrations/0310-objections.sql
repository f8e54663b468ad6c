-- Objections to sharing for direct care (UK GDPR, Article 21). Not the national
-- data opt-out, and not the Summary Care Record opt-out.

create schema objections;

-- One row a state: the state of an objection is its latest row, the rest is its
-- history. Rows are never changed.
create table objections.objection (
  person_id uuid not null,
  objection_id uuid not null,
  revision integer not null check (revision > 0),
  state text not null check (state in ('lodged', 'interim', 'upheld', 'not-upheld', 'withdrawn')),
  scope text not null check (scope in ('everything', 'organisation', 'section')),
  scope_organisation text,
  scope_section text,
  decided_by text not null,
  words text not null,
  recorded_at timestamptz not null,
  primary key (person_id, objection_id, revision),
  check ((scope = 'organisation') = (scope_organisation is not null)),
  check ((scope = 'section') = (scope_section is not null))
);

grant usage on schema objections to kmcr_pages, kmcr_intake;
grant select, insert on objections.objection to kmcr_pages;
grant select on objections.objection to kmcr_intake;
