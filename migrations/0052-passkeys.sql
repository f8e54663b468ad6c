-- Passkeys (WebAuthn) of professionals whose organisation has no NHS CIS2. A
-- session says how it began, and which passkey opened it: it ends with that.
alter table platform.session add column method text not null default 'cis2', add column passkey_id text;

-- One authenticator of one named professional. Ended ones stay on record.
create table platform.passkey (
  credential_id   text primary key,      -- as the authenticator made it, base64url
  passkey_id      uuid not null,         -- named on pages and in the trail
  professional_id text not null,
  user_handle     text not null,         -- what the authenticator gives back for the professional; names nobody
  public_key      bytea not null,        -- COSE
  counter         bigint not null,       -- signatures so far as the authenticator counts; 0 where it does not count
  synced          boolean not null,      -- may be copied to the holder's other devices
  transports      text[] not null,
  device_name     text not null,         -- as the holder calls it
  invitation_id   uuid,                  -- by which it was made; null: added by the holder with another passkey
  made_at         timestamptz not null,
  last_used_at    timestamptz,
  ended_at        timestamptz,
  ended_how       text,                  -- revoked, removed or locked
  ended_by        text                   -- the professional who ended it; null: its own counter did
);
create index passkey_by_professional on platform.passkey (professional_id);

-- One-time invitations to make a passkey, by the hash of what stands in the link.
create table platform.passkey_invitation (
  token_hash      text primary key,
  invitation_id   uuid not null,
  professional_id text not null,         -- whom it is for
  organisation    text not null,         -- of the one who invites
  invited_by      text not null,
  invited_by_name text not null,
  identity_check  text not null,         -- how the one who invites made sure who it is
  made_at         timestamptz not null,
  expires_at      timestamptz not null,
  used_at         timestamptz,
  withdrawn_at    timestamptz,
  withdrawn_by    text
);
create index passkey_invitation_by_professional on platform.passkey_invitation (professional_id);

-- Challenges on their way to an authenticator and back. Taken once.
create table platform.passkey_challenge (
  binding_hash text primary key,         -- of the cookie that binds it to one browser
  challenge    text not null,
  made_for     text not null,            -- sign-in, invitation or another-device, and whose
  expires_at   timestamptz not null
);

grant select, insert on platform.passkey, platform.passkey_invitation to kmcr_pages;
grant update (counter, synced, last_used_at, ended_at, ended_how, ended_by) on platform.passkey to kmcr_pages;
grant update (used_at, withdrawn_at, withdrawn_by) on platform.passkey_invitation to kmcr_pages;
grant select, insert, delete on platform.passkey_challenge to kmcr_pages;
