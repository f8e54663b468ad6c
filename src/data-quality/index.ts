/**
 * Data quality (DQU-04): rules on every message that feeds apply, issues by feed,
 * message and place, and the counts that scorecards are made of. Issues hold places
 * and never values, so that an officer can be shown them without a record opened.
 */
export { DIMENSION_TITLES, DIMENSIONS, type Dimension, type Issue, type Rule, type Severity } from "./rule.ts";
export { issuesOf, ruleOf, RULES } from "./rules/index.ts";
export { closeIssues, lookAtApplied, readByDimension, readByRule, readIssue, readOpenIssues, type DimensionCount, type IssueCursor, type OpenIssue, type RuleCount } from "./store.ts";
export { isQueryAnswer, isQueryKind, QUERY_ANSWERS, QUERY_ANSWER_WORDS, QUERY_KINDS, QUERY_KIND_WORDS, QUERY_WORDS, type Query, type QueryAnswer, type QueryKind } from "./query.ts";
export { answerQuery, askQuery, readOpenQueries, readQueriesFor, readQueriesOf, readQuery } from "./query-store.ts";
