-- How each feed's sender was last connected, for the page that shows each partner's encryption and certificate.
create table feeds.connection (
  feed              text not null,
  way               text not null,             -- mllp, http
  encrypted         boolean not null,
  protocol          text,                      -- TLSv1.3
  cipher            text,
  certificate_names text[],                    -- common name and DNS names of the sender's certificate
  fingerprint       text,                      -- SHA-256 of the certificate
  valid_from        timestamptz,
  valid_to          timestamptz,
  address           text not null,
  last_seen         timestamptz not null,
  primary key (feed, way)
);
grant select, insert, update on feeds.connection to kmcr_intake;
grant select on feeds.connection to kmcr_pages;
