"""What a browser can say about a page that is open in it. Every function gives a list of what is wrong, as texts."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

OBSERVE = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"""

_NAME = """const name = (e) => `<${e.localName}${e.id && "#" + e.id}${e.className?.length ? "." + e.className : ""}> `
  + (e.textContent ?? "").trim().slice(0, 50);"""

# Text in the page's language: not codes, commands, names, nor what says that it is in another one.
_TEXTS = """const apart = "bdi, pre, code, kbd, samp, textarea, script, style, svg, [dir=ltr], [lang]:not(html)";
const texts = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(apart)) texts.push(walk.currentNode.data.trim());
for (const e of document.querySelectorAll("[aria-label], [placeholder], [alt]"))
  texts.push(e.getAttribute("aria-label") ?? "", e.getAttribute("placeholder") ?? "", e.getAttribute("alt") ?? "");"""


def _ask(page: Page, body: str, argument: Any = None) -> Any:
    return page.evaluate("(argument) => {" + _NAME + body + "}", argument)


def too_wide(page: Page) -> list[str]:
    """What the page would have to be scrolled sideways for, or what is cut off, at its present size."""
    found: list[str] = _ask(
        page,
        """const root = document.documentElement, wide = root.clientWidth, wrong = [];
        if (root.scrollWidth > wide) wrong.push(`the page is ${root.scrollWidth} wide, the window ${wide}`);
        for (const e of document.body.querySelectorAll("*")) {
          if (e.closest(".unseen, .skip, svg, .scroll") || !e.getClientRects().length) continue;
          const box = e.getBoundingClientRect(), style = getComputedStyle(e);
          if (box.right > wide + 1 || box.left < -1) wrong.push("outside: " + name(e));
          const cut = style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1;
          if (cut && !e.matches("input, textarea, select")) wrong.push("cut off: " + name(e));
        }
        return wrong;""",
    )
    return found


def wrong_direction(page: Page, language: str, direction: str) -> list[str]:
    """The document's language and direction; that of codes, which is not the page's; charts that are mirrored."""
    found: list[str] = _ask(
        page,
        """const wrong = [], root = document.documentElement;
        if (root.lang !== argument[0] || getComputedStyle(root).direction !== argument[1])
          wrong.push(`lang=${root.lang} dir=${root.dir}`);
        for (const e of document.querySelectorAll("pre, code, .code, .tracker, svg.chart, svg.curve"))
          if (getComputedStyle(e).direction !== "ltr") wrong.push("right to left: " + name(e));
        for (const e of document.querySelectorAll("svg.chart"))
          if (e.getClientRects().length && e.getScreenCTM().a <= 0) wrong.push("mirrored: " + name(e));
        return wrong;""",
        [language, direction],
    )
    return found


def untranslated(page: Page, known: list[str]) -> list[str]:
    """On a Persian page: words of English, and numbers in other digits. known: names that no language translates."""
    found: list[str] = _ask(
        page,
        _TEXTS
        + """return texts.filter((text) => {
          for (const word of argument) text = text.replaceAll(word, "");
          return /[A-Za-z]{3,}|[0-9٠-٩]/.test(text);
        });""",
        known,
    )
    return found


def inaccessible(page: Page) -> list[str]:
    """What axe calls serious or critical."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary'][-160:]}"
        for one in violations
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def resize(page: Page, width: int, height: int) -> None:
    page.set_viewport_size(ViewportSize(width=width, height=height))


def words(page: Page) -> str:
    """All that is to be read, without white space."""
    text: str = page.evaluate("document.body.innerText.replace(/\\s+/g, '')")
    return text


_MARK = """let count = 0;
for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']"))
  if (e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.type !== "hidden") e.dataset.reach = count++;
return count;"""
_FOCUS = """const e = document.activeElement;
if (!e || e === document.body) return null;
const style = getComputedStyle(e), box = e.getBoundingClientRect();
const shown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
return [e.dataset.reach ?? "", shown && inside ? "" : name(e)];"""


def out_of_reach(page: Page) -> list[str]:
    """What Tab alone does not come to, or comes to without showing that it has."""
    count = _ask(page, _MARK)
    reached: set[str] = set()
    wrong: list[str] = []
    for _ in range(count + 20):
        page.keyboard.press("Tab")
        focus = _ask(page, _FOCUS)
        if focus is None or (focus[0] and focus[0] in reached):
            break
        reached.add(focus[0])
        wrong += [f"focus is not to be seen: {focus[1]}"] if focus[1] else []
    missed = [str(n) for n in range(count) if str(n) not in reached]
    script = "return argument.map((n) => name(document.querySelector(`[data-reach='${n}']`)));"
    return wrong + [f"Tab does not reach {name}" for name in _ask(page, script, missed)]
