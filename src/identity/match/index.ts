/** The matching engine: whether two records are one person. Pure; every number that a kind of records needs lies in its specification or model. */
export type { MatchRecord, Prepared, Value } from "./record.ts";
export type { MatchModel, MatchSpec, NameLists } from "./spec.ts";
export { readMatcher, type MatcherRead } from "./read-matcher.ts";
export { Matcher, type Band, type Comparison, type FieldEvidence, type Guard } from "./matcher.ts";
export { CandidateIndex, type PassedOver } from "./candidates.ts";
export { Pairs, scorePairs } from "./pairs.ts";
export { clusterPairs } from "./cluster.ts";
export { train, type Training } from "./train.ts";
export { linkBatch, type Batch, type BatchLinked, type BatchRecord } from "./batch.ts";
