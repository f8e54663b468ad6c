-- Search in a record: the words of a row and of a document's page, beside them. Generated, so that no writer can forget them.
-- `translate` makes every sign a space, whatever the database's locale: left to itself the parser takes `wheeze/cough` for the
-- name of a file and `10mg/2ml` for one word. Names of fields (`"dose":`) are no words of the source. A vector holds a megabyte
-- at most, and more would keep a message from being stored: what lies beyond these many characters of one row is not found by
-- search; a document's page is cut into pages of that length when it is read.
-- No index: within one person's rows it would not be used under row-level security, and matching 20,000 vectors takes 15 ms on 2 cores,
-- where a regular expression over the same texts took 130 to 560 ms, by how many other names a word has.
alter table record.resource add column words tsvector generated always as (
  to_tsvector('simple', translate(left(display || ' ' || coalesce(author, '') || ' ' || coalesce(code, '') || ' ' || coalesce(left(when_text, 10), '') || ' ' || regexp_replace(line, '"[A-Za-z]+":|\\[nrtbf"]', ' ', 'g'), 100000),
    E'!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~–—‘’“”•·…°±×\u00a0', '                                              '))
) stored;

alter table record.document_text add column words tsvector generated always as (
  to_tsvector('simple', translate(left(text, 200000), E'!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~–—‘’“”•·…°±×\u00a0', '                                              '))
) stored;
