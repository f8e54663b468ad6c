-- Local codes of clinical meaning that no map of the region knows: counted, so that the most frequent are mapped first.
-- They name no person.
create table feeds.unmapped_code (
  feed        text not null,
  system      text not null,               -- as the sender names it; empty where it names none
  code        text not null,
  display     text not null,
  count       bigint not null,
  first_seen  timestamptz not null,
  last_seen   timestamptz not null,
  primary key (feed, system, code)
);
grant select, insert, update on feeds.unmapped_code to kmcr_intake;
grant select on feeds.unmapped_code to kmcr_pages;
