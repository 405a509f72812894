// What the pages gain with JavaScript: tabs, a closed menu on small screens, and search.
(() => {
  const root = document.body.dataset.root;

  if (matchMedia("(max-width: 52rem)").matches) {
    document.querySelector("nav.book details")?.removeAttribute("open");
  }

  document.querySelectorAll(".tabset").forEach((set, number) => {
    const panels = [...set.querySelectorAll(":scope > .tab")];
    const list = document.createElement("div");
    list.setAttribute("role", "tablist");
    const tabs = panels.map((panel) => {
      const title = panel.querySelector(".tab-title");
      const tab = document.createElement("button");
      tab.type = "button";
      tab.id = `tab-${number}-${panel.id}`;
      tab.textContent = title.textContent;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      title.remove();
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      panel.tabIndex = 0;
      list.append(tab);
      return tab;
    });
    const select = (chosen) => {
      panels.forEach((panel, i) => {
        panel.hidden = i !== chosen;
        tabs[i].setAttribute("aria-selected", String(i === chosen));
        tabs[i].tabIndex = i === chosen ? 0 : -1;
      });
    };
    tabs.forEach((tab, i) => {
      tab.addEventListener("click", () => select(i));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = (i + step + tabs.length) % tabs.length;
        select(next);
        tabs[next].focus();
      });
    });
    set.prepend(list);
    const asked = panels.findIndex((panel) => `#${panel.id}` === location.hash);
    select(Math.max(asked, 0));
  });

  // The index is asked for when the search is opened, never before.
  const opener = document.querySelector(".search-open");
  if (!opener || location.protocol === "file:") return;
  opener.hidden = false;
  let dialog, input, results, status, pagefind;

  const search = async () => {
    const words = input.value.trim();
    const found = words ? (await pagefind.debouncedSearch(words, {}, 120))?.results : [];
    if (!found) return; // a later keystroke took over
    const pages = await Promise.all(found.slice(0, 12).map((result) => result.data()));
    results.replaceChildren(
      ...pages.map((page) => {
        const part = page.sub_results[0] ?? page;
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = part.url;
        link.textContent =
          part.title && part.title !== page.meta.title
            ? `${page.meta.title}: ${part.title}`
            : page.meta.title;
        const excerpt = document.createElement("p");
        excerpt.innerHTML = part.excerpt; // made by our own index, escaped by pagefind
        item.append(link, excerpt);
        return item;
      }),
    );
    status.textContent = words ? `${found.length} ${found.length === 1 ? "page" : "pages"}` : "";
  };

  const open = async () => {
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.className = "search";
      dialog.setAttribute("aria-label", "Search");
      dialog.innerHTML =
        '<form method="dialog"><input type="search" aria-label="Search this report" autocomplete="off"><button>Close</button></form><p role="status"></p><ol></ol>';
      document.body.append(dialog);
      input = dialog.querySelector("input");
      results = dialog.querySelector("ol");
      status = dialog.querySelector("[role=status]");
      dialog.querySelector("form").addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.target === input) {
          event.preventDefault();
          results.querySelector("a")?.focus();
        }
      });
      results.addEventListener("click", () => dialog.close());
      input.addEventListener("input", search);
      pagefind = await import(new URL(`${root}pagefind/pagefind.js`, document.baseURI));
      await pagefind.options({ excerptLength: 24 });
    }
    dialog.showModal();
    input.select();
  };
  opener.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/INPUT|TEXTAREA/.test(event.target.tagName)) {
      event.preventDefault();
      open();
    }
  });
})();
