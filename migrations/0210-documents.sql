-- Documents inside resources: their bytes lie in the document store by their hash, the rows here say whose they are.
create table record.document (
  source_patient_id uuid not null,
  resource_key      uuid not null,
  place             text not null,            -- content[0].attachment, presentedForm[1], ...
  hash              bytea not null,           -- SHA-256
  size              integer not null,
  stated_type       text not null,            -- as the source says; empty where it does not
  kind              text not null,            -- as the bytes say: pdf, rtf, cda, html, text, png, ...
  title             text,
  in_body           boolean not null,         -- small ones stay in the resource's body, and are in no store
  feed              text not null,
  message_id        uuid not null,            -- that of the resource's version: an earlier version's document stays with it
  received          timestamptz not null,
  text_state        text not null,            -- waiting, read, no-text, not-read
  text_why          text,                     -- no-text and not-read: why
  text_again        timestamptz not null,     -- waiting: nobody takes it before
  text_tries        integer not null default 0,
  pages             integer,                  -- where the document has pages
  primary key (source_patient_id, resource_key, place, hash)
);
create index document_waiting on record.document (text_again) where text_state = 'waiting';
-- For the sweep: is a kept document still anybody's?
create index document_by_hash on record.document (hash);

-- The words of a document, a row a page; one where it has no pages.
create table record.document_text (
  source_patient_id uuid not null,
  hash              bytea not null,
  page              integer not null,
  text              text not null,
  primary key (source_patient_id, hash, page)
);

grant select, insert, update, delete on record.document, record.document_text to kmcr_intake;
grant select on record.document, record.document_text to kmcr_pages;
alter table record.document enable row level security;
alter table record.document_text enable row level security;
create policy opened on record.document for select to kmcr_pages
  using (source_patient_id = any (coalesce(nullif(current_setting('kmcr.open', true), ''), '{}')::uuid[]));
create policy opened on record.document_text for select to kmcr_pages
  using (source_patient_id = any (coalesce(nullif(current_setting('kmcr.open', true), ''), '{}')::uuid[]));
create policy intake on record.document for all to kmcr_intake using (true) with check (true);
create policy intake on record.document_text for all to kmcr_intake using (true) with check (true);
