/** The question box: Enter sends, Shift+Enter breaks the line, an input method's Enter does neither. */

import { icon } from "./dom.js";

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
    const focused = document.activeElement === send;
    refresh();
    if (focused && send.disabled) box.focus(); // a disabled button loses it
  }

  /** Puts a question into the box, in a way that the browser can undo. */
  function write(question) {
    box.focus();
    box.select();
    document.execCommand("insertText", false, question);
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
  return { setWaiting, write, focus: () => box.focus() };
}

/** keyCode 229 is how older browsers report a key that an input method is using. */
function sends(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}
