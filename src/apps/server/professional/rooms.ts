/** What the professional's pages lean on. */
import type { Access } from "#access";
import type { AuditWriter } from "#audit";
import type { Region } from "#governance";
import type { Assets, Clock, DocumentStore, Pool, Sessions } from "#platform";

export type Rooms = { region: Region; access: Access; audit: AuditWriter; sessions: Sessions; pages: Pool; search: Pool; /** Takes what a reader says about who is who. */ intake: Pool; /** Whether anybody could sign in now. */ providerAnswers: () => Promise<boolean>; assets: Assets; clock: Clock; secure: boolean; documents: DocumentStore };
