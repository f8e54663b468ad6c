-- Sessions of professionals. The cookie holds a random id; the table holds its
-- hash, so that a copy of the table signs nobody in.
create table platform.session (
  session_hash    text primary key,
  session_id      uuid not null,         -- named in audit entries
  professional_id text not null,
  name            text not null,
  assurance       integer not null,
  profiles        text not null,         -- JSON: role profiles to choose from
  profile_id      text,                  -- the one chosen
  csrf            text not null,
  launch          text,                  -- JSON: the person that a host system handed over
  started_at      timestamptz not null,
  last_used_at    timestamptz not null,
  ends_at         timestamptz not null
);
create index session_by_end on platform.session (ends_at);

-- A sign-in on its way to the identity provider and back. Taken once.
create table platform.sign_in (
  binding_hash  text primary key,        -- of the cookie that binds it to one browser
  state         text not null,
  nonce         text not null,
  code_verifier text not null,
  return_to     text not null,
  expires_at    timestamptz not null
);

-- Launch links that were used: each opens a person once.
create table platform.launch_used (
  launch_key text primary key,           -- host and token id
  used_at    timestamptz not null,
  expires_at timestamptz not null
);

grant select, insert, update, delete on platform.session, platform.sign_in to kmcr_pages;
grant select, insert, delete on platform.launch_used to kmcr_pages;
