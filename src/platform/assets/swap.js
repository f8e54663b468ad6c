// A link with data-swap="id" fetches its page and puts that page's element of the same id in place of ours.
// Without this script, or when anything is unexpected, the link is an ordinary link.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
  const id = link.dataset.swap;
  const old = document.getElementById(id);
  if (!old) return;
  event.preventDefault();
  old.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw answer;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(id);
    if (!fresh) throw id;
    old.replaceWith(document.adoptNode(fresh));
    history.pushState(null, "", link.href);
    document.title = page.title;
    fresh.tabIndex = -1;
    fresh.focus();
    document.getElementById("announce").textContent = fresh.dataset.announce || "";
  } catch {
    location.assign(link.href);
  }
});
addEventListener("popstate", () => location.reload());

// Single keys on pages that offer them: data-key="l" names the keys of a button or link, j and k step through
// links with data-step. They rest while somebody types, and can be turned off (WCAG 2.1.4).
const root = document.documentElement;
const offered = document.querySelector("[data-keys]") !== null;
const showKeys = () => {
  const on = localStorage.getItem("kmcr-keys") !== "off";
  if (offered) root.dataset.shortcuts = on ? "on" : "off";
  for (const button of document.querySelectorAll("[data-keys-off]")) button.textContent = on ? "Turn keys off" : "Turn keys on";
};
showKeys();
addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-keys-off]")) return;
  localStorage.setItem("kmcr-keys", root.dataset.shortcuts === "on" ? "off" : "on");
  showKeys();
});
addEventListener("keydown", (event) => {
  if (root.dataset.shortcuts !== "on" || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest?.("input, textarea, select")) return;
  const own = document.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
  if (own) return own.click();
  const steps = [...document.querySelectorAll("a[data-step]")];
  const by = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
  if (by !== 0 && steps.length > 0) steps.at(Math.max(0, Math.min(steps.length - 1, steps.indexOf(document.activeElement) + by))).focus();
});
