-- The audit log as a Merkle tree (RFC 6962, C2SP tlog-tiles): each entry is committed to with a salt when it
-- is written, put into the one order of the log soon after its commit, and signed over.
alter table audit.entry
  add column channel     text not null default '',  -- web, fhir, mllp, mesh, feed, command, system; empty before this migration
  add column decision_id text,                      -- the access decision under which it was shown
  add column salt        bytea;                     -- 32 random bytes; null before this migration (see committed_later)

-- Durable, not yet in the log. Written by the statement that writes the entry, so that neither is without the other.
create table audit.unsequenced (
  person_id  uuid not null,
  entry_id   uuid not null,
  recorded   timestamptz not null,
  commitment bytea,                                 -- SHA-256 over domain, salt and canonical entry; null: written before this migration
  primary key (person_id, entry_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Which line of the log an entry is. Goes when the entry is destroyed; the line stays.
create table audit.sequenced (
  person_id  uuid not null,
  entry_id   uuid not null,
  leaf_index bigint not null,
  primary key (person_id, entry_id)
);
create index sequenced_by_index on audit.sequenced (leaf_index);
create index sequenced_by_entry on audit.sequenced (entry_id);

-- Entries that were written before there was a log: their salt, and when they were committed to.
create table audit.committed_later (
  person_id uuid not null,
  entry_id  uuid not null,
  salt      bytea not null,
  committed timestamptz not null,
  primary key (person_id, entry_id)
);

-- Up to 256 hashes of 32 bytes. Level -1 holds the commitments themselves, level 0 the leaf hashes, each further level the roots of 256 below.
-- A tile only ever grows, at its end, until it is full.
create table audit.tile (
  level      smallint not null,
  tile_index bigint not null,
  hashes     bytea not null,
  primary key (level, tile_index)
);
alter table audit.tile alter column hashes set storage external;  -- hashes do not compress

-- One root a size, whatever happens: the key holds it.
create table audit.checkpoint (
  size   bigint primary key,
  root   bytea not null,
  signed timestamptz not null,
  note   text not null                              -- as it was signed (C2SP signed note)
);
create index checkpoint_by_time on audit.checkpoint (signed desc);

-- One row. Whoever sequences holds it; a second one waits.
create table audit.log_head (
  origin text primary key,
  size   bigint not null
);

create table audit.signing_key (
  verifier_key text primary key,                    -- name+id+key, as C2SP writes it
  since        timestamptz not null,
  from_size    bigint not null
);

create table audit.cosignature (
  organisation text not null,
  size         bigint not null,
  root         bytea not null,
  cosigned     timestamptz not null,                -- as the witness says
  received     timestamptz not null,
  verifier_key text not null,
  line         text not null,                       -- the signature line
  note         text not null,                       -- what was cosigned, with our own signature
  agrees       boolean not null,                    -- false: signed by our key, and not what this log says
  primary key (organisation, size, root)
);

create table audit.check_run (
  check_id uuid primary key,
  asked    timestamptz not null,
  asked_by text not null,
  state    text not null,                           -- asked, running, done, failed
  checked  bigint not null,
  size     bigint not null,
  finished timestamptz,
  report   text
);
create index check_run_by_time on audit.check_run (asked desc);

insert into audit.unsequenced (person_id, entry_id, recorded, commitment) select person_id, entry_id, recorded, null from audit.entry;

grant insert on audit.unsequenced to kmcr_pages, kmcr_intake;
grant select on audit.unsequenced, audit.sequenced, audit.committed_later, audit.tile, audit.checkpoint, audit.log_head, audit.signing_key, audit.cosignature, audit.check_run to kmcr_pages;
grant insert, update on audit.cosignature to kmcr_pages;
grant insert on audit.check_run to kmcr_pages;

-- Sequences, signs and checks; changes no entry and no checkpoint.
grant usage on schema audit to kmcr_log;
grant select on all tables in schema audit to kmcr_log;
grant insert on audit.entry, audit.unsequenced, audit.sequenced, audit.committed_later, audit.tile, audit.checkpoint, audit.log_head, audit.signing_key, audit.check_run to kmcr_log;
grant update on audit.tile, audit.log_head, audit.check_run to kmcr_log;
grant delete on audit.unsequenced to kmcr_log;

-- Destroys entries at the end of their retention: the only role that may delete any, used by one command.
grant usage on schema audit to kmcr_destroy;
grant select on all tables in schema audit to kmcr_destroy;
grant insert on audit.entry, audit.unsequenced to kmcr_destroy;
grant delete on audit.entry, audit.sequenced, audit.committed_later to kmcr_destroy;
