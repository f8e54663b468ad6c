-- An objection becomes a case: one row a step, append-only as before. `state` stays
-- what access reads; `step` is what happened; an objection can have several parts.
alter table objections.objection
  add column step text,
  add column parts text,                        -- JSON: what is asked, or, once decided, what is granted
  add column details text not null default '{}', -- JSON: what this kind of step holds besides its words
  add column actor_name text not null default '',
  add column carried_from uuid;                 -- the person from whom a link carried this row

update objections.objection set
  step = case state when 'not-upheld' then 'not-upheld' else state end,
  parts = case scope
    when 'everything' then '[{"kind":"everything"}]'
    when 'organisation' then json_build_array(json_build_object('kind', 'organisation', 'odsCode', scope_organisation))::text
    else json_build_array(json_build_object('kind', 'section', 'section', scope_section))::text end;

alter table objections.objection
  alter column step set not null,
  alter column parts set not null,
  drop column scope,
  drop column scope_organisation,
  drop column scope_section,
  drop constraint objection_state_check,
  add constraint objection_state_check check (state in ('lodged', 'interim', 'upheld', 'not-upheld', 'withdrawn', 'closed')),
  add constraint objection_step_check check (step in ('lodged', 'identity-confirmed', 'not-identified', 'interim', 'information-requested', 'information-received', 'review-asked', 'safety-assessed',
    'upheld', 'partly-upheld', 'not-upheld', 'notified', 'reviewed', 'withdrawn', 'carry-kept', 'carry-ended'));

-- A form from the public page: whose it is, nobody has checked. It restricts nothing.
create table objections.request (
  reference text not null,
  received_at timestamptz not null,
  sent_from text not null,   -- keyed hash of the network address, for the limit alone
  form text not null,        -- JSON, as filled in
  primary key (reference)
);
create index request_by_time on objections.request (received_at desc);

-- What became of it: a case of a person, or closed without one.
create table objections.request_outcome (
  reference text not null,
  at timestamptz not null,
  by_id text not null,
  by_name text not null,
  person_id uuid,
  objection_id uuid,
  words text not null,
  primary key (reference)
);

-- Letters as made, word for word; a later template changes none of them.
create table objections.letter (
  person_id uuid not null,
  letter_id uuid not null,
  objection_id uuid not null,
  kind text not null,
  template text not null,    -- SHA-256 of the template as it was
  paragraphs text not null,  -- JSON
  sha256 text not null,
  send_to text not null,     -- where the person said it may go; never an address of the record
  made_at timestamptz not null,
  made_by text not null,
  made_by_name text not null,
  primary key (person_id, letter_id)
);

create table objections.letter_sent (
  person_id uuid not null,
  letter_id uuid not null,
  sent_at timestamptz not null,
  sent_by text not null,
  sent_by_name text not null,
  how text not null,
  primary key (person_id, letter_id)
);

-- Where a region offers it: opened to protect life, against an upheld objection, loudly logged.
create table objections.override (
  person_id uuid not null,
  override_id uuid not null,
  professional_id text not null,
  professional_name text not null,
  organisation text not null,
  words text not null,
  given_at timestamptz not null,
  until timestamptz not null,
  primary key (person_id, override_id),
  check (until > given_at)
);

-- One row a run of the compliance report: what was checked and what was found.
create table objections.compliance_run (
  ran_at timestamptz not null,
  run_for text not null,     -- the region's day, once each, or 'asked'
  report text not null,      -- JSON
  primary key (ran_at)
);

grant select, insert on objections.request, objections.request_outcome, objections.letter, objections.letter_sent, objections.override, objections.compliance_run to kmcr_pages;
-- Deliveries are decided by intake's role, by the same facts.
grant select on objections.override to kmcr_intake;
