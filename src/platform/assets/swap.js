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
