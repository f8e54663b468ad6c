// A record page that carries data-live listens there for what comes. It never moves what is being read: it offers to show it.
// What protects the person is put in its place at once, and marked. Without this script the page is as true as when it was made.
const live = document.getElementById("live");
if (live) {
  let line = null;
  let came = 0;
  const say = (text) => {
    live.hidden = false;
    live.querySelector("p").textContent = text;
    document.getElementById("announce").textContent = text;
  };
  const swap = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["allergies", "escalation", "alerts"]) {
      const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (!old || !now || old.textContent === now.textContent) continue;
      const before = new Set([...old.querySelectorAll(".facts > li .fact")].map((each) => each.textContent));
      for (const fact of now.querySelectorAll(".facts > li .fact")) {
        if (before.has(fact.textContent)) continue;
        const tag = document.createElement("span");
        tag.className = "tag tag--new";
        tag.textContent = "Just arrived";
        fact.prepend(tag, " ");
      }
      old.replaceWith(document.adoptNode(now));
    }
  };
  const listen = () => {
    if (line || document.hidden) return;
    line = new EventSource(live.dataset.live);
    // What is told first on a new line is everything since the page was made.
    line.addEventListener("open", () => (came = 0));
    // Signed out, or refused: the browser does not ask again, and a page that stays silent would be taken for the record of now.
    line.addEventListener("error", () => {
      if (line?.readyState === EventSource.CLOSED) say("This page no longer learns of what comes. Reload it before you rely on it.");
    });
    line.addEventListener("news", async (event) => {
      const { count, words, protecting } = JSON.parse(event.data);
      came += count;
      say(`${came} new ${came === 1 ? "entry" : "entries"} since you opened this page: ${words}.`);
      if (protecting) await swap();
    });
    line.addEventListener("closed", () => {
      line.close();
      say("This record is no longer open to you. Reload the page to see why.");
    });
  };
  // Browsers give a host few connections: a tab that nobody looks at gives its own back, and asks again from where it was.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return listen();
    line?.close();
    line = null;
  });
  addEventListener("pagehide", () => line?.close());
  listen();
}
