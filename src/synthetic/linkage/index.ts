/**
 * The linkage population: invented people and what organisations wrote down about
 * who they are, for judging the matcher. Unlike the region it makes no messages and
 * nothing clinical, only demographics, and millions of them. Whose a record is lies
 * beside it and never reaches the product.
 */
export { linkagePeople, linkageRecords, type LinkageGroups, type LinkageOptions, type LinkageRecord, type LinkedPerson } from "./population.ts";
export { LEVELS, type LevelName } from "./levels.ts";
export type { LinkagePerson } from "./person.ts";
export type { LinkageFields, SourceRecord } from "./sources.ts";
