-- Who did what to whose record. Append-only by privilege: no role may update or delete.
create schema audit;
grant usage on schema audit to kmcr_pages, kmcr_intake;

create table audit.entry (
  person_id         uuid not null,          -- nil uuid where the act concerns no single person (a search without a hit)
  entry_id          uuid not null,          -- UUIDv7
  recorded          timestamptz not null,
  actor_id          text not null,
  actor_name        text not null,
  role              text not null,
  role_name         text not null,
  source_role       text not null,          -- as the identity provider gave it
  organisation      text not null,          -- ODS code of the employer
  organisation_name text not null,
  session_id        text not null,
  purpose           text not null,
  action            text not null,          -- open, search, item, document, write, refused, ...
  outcome           text not null,          -- allowed, refused
  relationship      text not null,
  reason            text,
  policy            text not null,
  route             text not null,
  request_id        uuid not null,
  source_patients   uuid[] not null,        -- what the person was made of when it was shown
  shown             text not null,          -- JSON: sections, counts, digest of item ids, state of each source
  primary key (person_id, entry_id)
);
create index entry_by_organisation on audit.entry (organisation, recorded desc);
-- "What changed since my organisation last looked": one row, however often a person has been opened.
create index entry_opened on audit.entry (person_id, organisation, recorded desc) where action = 'open' and outcome = 'allowed';
create index entry_by_actor on audit.entry (actor_id, recorded desc);
grant insert, select on audit.entry to kmcr_pages;
grant insert on audit.entry to kmcr_intake;
