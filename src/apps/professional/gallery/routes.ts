/** `/gallery`: the components in all their states, in the demonstration alone; `app.ts` does not register it in production. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { CONTENT_SECURITY_POLICY, refuse, render, type Html, type Shell } from "#platform";
import { refusalPage } from "../error-pages.ts";
import { GALLERY, galleryIndex } from "./pages.ts";

export function galleryRoutes(app: FastifyInstance, shell: () => Shell): void {
  const send = (reply: FastifyReply, status: number, page: Html): FastifyReply =>
    reply.code(status).type("text/html; charset=utf-8").header("content-security-policy", CONTENT_SECURITY_POLICY).header("x-content-type-options", "nosniff").send(render(page));
  app.get("/gallery", async (_request, reply) => send(reply, 200, galleryIndex(shell())));
  app.get<{ Params: { page: string } }>("/gallery/:page", async (request, reply) => {
    const found = Object.hasOwn(GALLERY, request.params.page) ? GALLERY[request.params.page] : undefined;
    return found === undefined ? send(reply, 404, refusalPage(shell(), refuse("not-found", "gallery.no-such-page", ""))) : send(reply, 200, found.page(shell()));
  });
}
