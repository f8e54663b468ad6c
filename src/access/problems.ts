import { refuse, type Refusal } from "#platform";
import type { Policy } from "./policies.ts";

/** A policy forbids. `words` replaces the policy's own where the limit has words of its own. */
export function forbidden(policy: Policy, policySet: string, words = policy.words): Refusal {
  return refuse("forbidden", policy.code!, words, { policy: policy.id, obligation: policy.obligation, policySet });
}

/** No policy permits (default deny). */
export function noPolicyPermits(policySet: string): Refusal {
  return refuse("forbidden", "access.no-policy-permits", "No policy lets you open this record.", { policy: null, obligation: null, policySet });
}

/** The policies could not be evaluated; nothing is opened on a guess. */
export function policiesFailed(policySet: string): Refusal {
  return refuse("unavailable", "access.policies-failed", "Whether you may open this record could not be decided, so it stays closed. Tell your administrator.", { policySet });
}

/** An entry that nobody here may show to its person. */
export function notReleasable(words: string): Refusal {
  return refuse("forbidden", "access.not-releasable", `This is ${words}: it is not released to the person here.`);
}

/** Somebody else releases this entry. */
export function notYoursToRelease(release: "author" | "officer"): Refusal {
  return refuse("forbidden", "access.not-yours-to-release", `${release === "author" ? "Its author, or the officer" : "Only the officer"} whom its organisation has named for it, decides whether the person sees this.`);
}

/** The stated reason is not one of the region's. */
export function unknownReason(reason: string): Refusal {
  return refuse("invalid", "access.unknown-reason", "Choose one of the reasons listed.", { field: "reason", reason });
}

/** A reason needs words of the professional's own. */
export function reasonWithoutWords(): Refusal {
  return refuse("invalid", "access.reason-without-words", "Say in a few words why you need to open this record.", { field: "words" });
}
