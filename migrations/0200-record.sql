-- The store: versioned FHIR resources with provenance, labels and search values.
create schema record;
grant usage on schema record to kmcr_pages, kmcr_intake;

create table record.resource (
  source_patient_id uuid not null,
  resource_key      uuid not null,
  type              text not null,
  section           text not null,
  version           integer not null,
  sort_time         timestamptz,
  when_text         text,
  code_system       text,
  code              text,
  display           text not null,
  status            text not null,
  labels            text[] not null,
  organisation      text not null,
  author            text,
  recorded_text     text,
  received          timestamptz not null,
  feed              text not null,
  message_id        uuid not null,
  source_key        text not null,          -- the source's own id of the item
  line              text not null,          -- JSON: EntryLine
  chunk_id          uuid not null,
  chunk_index       integer not null,
  body_hash         bigint not null,
  search            bigint[] not null,
  primary key (source_patient_id, resource_key)
);
-- The summary: a lateral limit of rows a section, and counts from the index alone.
create index resource_by_section on record.resource (source_patient_id, section, sort_time desc nulls last, resource_key) include (labels);
create index resource_by_search on record.resource using gin (search) with (fastupdate = on, gin_pending_list_limit = 2048);

create table record.resource_history (
  like record.resource,
  primary key (source_patient_id, resource_key, version)
);

-- Bodies of one home key written together, zstd: {"0": text, ...} joined by newlines.
create table record.body_chunk (
  source_patient_id uuid not null,
  chunk_id          uuid not null,
  bytes             bytea not null,
  primary key (source_patient_id, chunk_id)
);
alter table record.body_chunk alter column bytes set storage external;

-- What a source said about a whole section rather than one item.
create table record.source_statement (
  source_patient_id uuid not null,
  section           text not null,
  kind              text not null,
  text              text not null,
  received          timestamptz not null,
  message_id        uuid not null,
  primary key (source_patient_id, section, kind)
);

-- Things that belong to no person: organisations, practitioners, locations.
create table record.directory (
  directory_key uuid primary key,
  type          text not null,
  feed          text not null,
  source_key    text not null,
  body          text not null,
  received      timestamptz not null,
  message_id    uuid not null
);

grant select, insert, update, delete on record.resource, record.resource_history, record.body_chunk, record.source_statement, record.directory to kmcr_intake;
grant select on record.resource, record.resource_history, record.body_chunk, record.source_statement, record.directory to kmcr_pages;

-- The backstop: the pages' role sees the source patients that its transaction has opened, and nothing else.
do $$
declare each text;
begin
  foreach each in array array['resource', 'resource_history', 'body_chunk', 'source_statement'] loop
    execute format('alter table record.%I enable row level security', each);
    execute format($p$create policy opened on record.%I for select to kmcr_pages
      using (source_patient_id = any (coalesce(nullif(current_setting('kmcr.open', true), ''), '{}')::uuid[]))$p$, each);
    execute format('create policy intake on record.%I for all to kmcr_intake using (true) with check (true)', each);
  end loop;
end $$;
