-- The duty of confidentiality as professionals accept it in the product, at
-- first and every year. Append-only: what somebody once accepted stays on record.
create table platform.confidentiality_acceptance (
  professional_id text not null,
  acceptance_id   uuid not null,
  version         text not null,         -- of the code of practice that was shown
  organisation    text not null,         -- where they worked when they accepted it
  accepted_at     timestamptz not null,
  primary key (professional_id, acceptance_id)
);
grant select, insert on platform.confidentiality_acceptance to kmcr_pages;
