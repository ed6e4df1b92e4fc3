/** Uploading papers: picked or dropped, with what became of each file. */

import { uploadFiles } from "./api.js";
import { button, el, icon } from "./dom.js";

// Few enough to show progress, enough that the index is not rebuilt for each file.
const FILES_PER_REQUEST = 8;
const OUTCOMES = {
  added: "已入库",
  replaced: "已更新",
  unchanged: "已在库中",
  skipped: "不必导入",
  refused: "未入库",
};

/** The drop zone and the outcomes; `ondone` is called after each request. */
export function uploadPanel(ondone) {
  const outcomes = el("ul", { class: "outcomes", "data-testid": "outcomes", "aria-live": "polite" });
  const status = el("span", { class: "upload-status", role: "status" });
  const input = el("input", {
    type: "file",
    multiple: true,
    class: "visually-hidden",
    id: "upload-input",
    "data-testid": "upload-input",
    "aria-describedby": "upload-hint",
  });
  let busy = false;

  async function upload(files) {
    if (busy || !files.length) return;
    setBusy(true);
    outcomes.replaceChildren();
    for (let from = 0; from < files.length; from += FILES_PER_REQUEST) {
      status.textContent = `正在读取并建立索引：${from + 1} / ${files.length}`;
      await send(files.slice(from, from + FILES_PER_REQUEST));
    }
    status.textContent = "";
    setBusy(false);
  }

  async function send(files) {
    try {
      outcomes.append(...(await uploadFiles(files)).map(outcomeItem));
      await ondone();
    } catch (error) {
      outcomes.append(failureItem(files, error, upload));
    }
  }

  function setBusy(value) {
    busy = value;
    input.disabled = value;
    zone.classList.toggle("is-busy", value);
  }

  input.addEventListener("change", () => {
    const files = Array.from(input.files);
    input.value = ""; // so that the same file can be chosen again
    upload(files);
  });
  const zone = el(
    "div",
    { class: "drop-zone", "data-testid": "drop-zone" },
    icon("upload"),
    el(
      "p",
      { class: "drop-text" },
      input,
      el("label", { for: "upload-input", class: "button button-primary" }, "选择文件"),
      el("span", { class: "drop-or" }, "或把文件拖到这里"),
    ),
    el("p", { class: "drop-hint", id: "upload-hint" }, "可一次选择多份：Word、PDF（含扫描件）、OFD、表格、网页、图片、文本，或它们的压缩包。请勿上传涉密文件。"),
    status,
  );
  acceptDrops(zone, upload);
  return el("section", { class: "upload", "aria-label": "上传文件" }, zone, outcomes);
}

/** A file dropped beside the zone must not replace the page. */
function acceptDrops(zone, upload) {
  const over = (event) => event.target instanceof Node && zone.contains(event.target);
  window.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.toggle("is-over", over(event));
  });
  window.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (over(event)) upload(droppedFiles(event.dataTransfer));
  });
}

/** The files of a drop; a folder among them has no content to send. */
function droppedFiles({ items }) {
  return Array.from(items)
    .filter((item) => item.kind === "file" && !(item.webkitGetAsEntry() || {}).isDirectory)
    .map((item) => item.getAsFile());
}

function outcomeItem({ name, outcome, reason }) {
  return el(
    "li",
    { class: `outcome is-${outcome}`, "data-testid": "outcome", "data-outcome": outcome },
    el("span", { class: "outcome-name" }, name),
    el("strong", {}, OUTCOMES[outcome] || outcome),
    reason && el("span", { class: "outcome-reason" }, reason),
  );
}

function failureItem(files, error, upload) {
  const item = el(
    "li",
    { class: "outcome is-refused", "data-testid": "outcome", "data-outcome": "failed" },
    el("span", { class: "outcome-name" }, files.map(({ name }) => name).join("、")),
    el("strong", {}, "上传失败"),
    el("span", { class: "outcome-reason" }, error.message),
    button("重试", () => upload(files), { iconName: "retry", class: "button button-quiet", "data-testid": "retry" }),
  );
  return item;
}
