-- Linkage beyond the NHS number: candidate keys, names and addresses of before, how
-- each link came about, what must never be linked, and reviews with their decision.

alter table identity.source_patient
  add column other_names     text[] not null default '{}',  -- "Family^Given": every other name that its source has given it
  add column other_postcodes text[] not null default '{}',
  add column birth_order     smallint,                      -- of a twin or triplet, PID-25
  add column traced_number   text,                          -- what PDS answered when asked about this source patient
  add column trace_outcome   text,                          -- verified, superseded, found, none, several, ...
  add column traced_at       timestamptz,
  add column sealed          boolean not null default false; -- a former identity: found by nobody

-- How a link came about decides what may undo it by itself: a person's own act, never.
alter table identity.link add column kind text not null default 'first';      -- first, number, match, source, person
update identity.link set kind = case when reason like 'verified NHS number%' then 'number' when reason = 'merged by its source' then 'source' when reason = 'first message' then 'first' else 'number' end;

alter table identity.relink_journal
  add column act_id uuid,                                   -- one merge, split or undo moves several source patients
  add column kind   text not null default 'number',
  add column weight real;                                   -- log2, where a comparison decided
update identity.relink_journal set act_id = journal_id, kind = case when reason = 'merged by its source' then 'source' when reason = 'first message' then 'first' else 'number' end;
create index journal_by_act on identity.relink_journal (act_id);
create index journal_by_from on identity.relink_journal (from_person);
create index journal_by_to on identity.relink_journal (to_person);

-- Who may be compared with whom: 64-bit hashes that the region's comparison specification makes.
create table identity.candidate_key (
  candidate_key     bigint not null,
  source_patient_id uuid not null,
  keys_version      smallint not null,      -- of the specification that made it: older ones go when all are made anew
  primary key (candidate_key, source_patient_id)
);
-- Which specification's keys are made for everybody; written when the last is made.
create table identity.keys_made (
  spec    text not null,
  version smallint not null,
  at      timestamptz not null,
  primary key (spec, version)
);
grant select, insert on identity.keys_made to kmcr_intake;
grant select, insert, update, delete on identity.candidate_key to kmcr_intake;
grant select on identity.candidate_key to kmcr_search;

-- What a source said before: names, addresses, birth dates, numbers, with the day on which it said something else.
create table identity.said_before (
  source_patient_id uuid not null,
  kind              text not null,                          -- name, address, dateOfBirth, sex, nhsNumber, phone
  value             text not null,
  until             timestamptz not null,
  primary key (source_patient_id, kind, value)
);
grant select, insert, update on identity.said_before to kmcr_intake;
grant select on identity.said_before to kmcr_pages;

-- Superseded numbers resolve for ever, in one step.
create table identity.number_alias (
  nhs_number     text primary key,
  current_number text not null,
  said_by        text not null,                             -- pds, mns, or the officer's id
  at             timestamptz not null
);
create index number_alias_by_current on identity.number_alias (current_number);
grant select, insert, update on identity.number_alias to kmcr_intake;
grant select on identity.number_alias to kmcr_pages, kmcr_search;

-- Pairs that must never be linked, as keyed hashes of identifiers, so that the list
-- outlives every rebuild and shows nothing by itself. Each pair stands both ways.
create table identity.keep_apart (
  one        text not null,
  other      text not null,
  act_id     uuid not null,
  kind       text not null,                                 -- reviewed, split, sealed
  at         timestamptz not null,
  primary key (one, other, act_id)
);
create index keep_apart_by_act on identity.keep_apart (act_id);
grant select, insert, delete on identity.keep_apart to kmcr_intake;

-- Numbers of former identities, hashed: whoever still sends one is sealed with it.
create table identity.sealed_number (
  number_hash text primary key,
  act_id      uuid not null,
  at          timestamptz not null
);
grant select, insert on identity.sealed_number to kmcr_intake;

-- Reviews: what kind of doubt, by when, and what became of it.
alter table identity.review
  add column kind        text not null default 'number-conflict', -- number-conflict, two-numbers, probable, ambiguous, said-not-same
  add column doubted     uuid,                              -- of said-not-same: which side is set apart until decided
  add column weight      real,
  add column due         timestamptz,
  add column proposed    text,                              -- link or apart, by the first of two people
  add column proposed_by text,
  add column proposed_at timestamptz,
  add column decided_by  text,
  add column decided_at  timestamptz,
  add column decision_reason text,
  add column act_id      uuid;                              -- what the decision did
update identity.review set due = raised_at + interval '5 days';
create index review_open on identity.review (due) where state = 'open';
