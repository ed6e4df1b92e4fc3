/** The question box: Enter sends, Shift+Enter breaks the line, an input method's Enter does neither. */

import { el, icon } from "./dom.js";

const TALLEST = 200; // pixels, then the box scrolls

/** Wires the box up; `onsend(question)` and `onstop()` are called by it. */
export function createComposer({ onsend, onstop }) {
  const form = document.getElementById("composer");
  const box = document.getElementById("question");
  const send = document.getElementById("send");
  let waiting = false;

  function refresh() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, TALLEST)}px`;
    box.classList.toggle("is-scrolling", box.scrollHeight > TALLEST);
    send.disabled = !waiting && !box.value.trim();
  }

  function submit() {
    const question = box.value.trim();
    if (waiting || !question) return;
    box.value = "";
    refresh();
    if (matchMedia("(pointer: coarse)").matches) box.blur(); // puts the on-screen keyboard away
    onsend(question);
  }

  function setWaiting(value) {
    waiting = value;
    const label = waiting ? "停止" : "发送";
    send.setAttribute("aria-label", label);
    send.title = label;
    send.classList.toggle("is-stop", waiting);
    send.replaceChildren(icon(waiting ? "stop" : "send"));
    refresh();
  }

  box.addEventListener("input", refresh);
  box.addEventListener("keydown", (event) => {
    if (!sends(event)) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (waiting) onstop();
    else submit();
  });
  setWaiting(false);
  return { setWaiting, focus: () => box.focus(), refresh };
}

/** keyCode 229 is how older browsers report a key that an input method is using. */
function sends(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

/** The line that says an answer is on its way, with the seconds counted. */
export function waitingLine() {
  const seconds = el("span", { class: "waiting-seconds", "aria-hidden": "true" });
  const began = performance.now();
  const timer = setInterval(() => {
    seconds.textContent = `${Math.floor((performance.now() - began) / 1000)} 秒`;
  }, 1000);
  const line = el(
    "p",
    { class: "waiting", "data-testid": "waiting" },
    el("span", { class: "waiting-dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    "正在查阅文件",
    seconds,
  );
  return { line, stop: () => clearInterval(timer) };
}
