-- Facts about this installation: whether the demonstration region has been loaded, and the like.
create table platform.setting (
  name  text primary key,
  value text not null,
  at    timestamptz not null default now()
);
grant select on platform.setting to kmcr_pages, kmcr_intake;
