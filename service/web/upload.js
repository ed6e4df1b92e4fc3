/** Uploading papers: picked or dropped, one after the other, with what became of each file. */

import { uploadFile } from "./api.js";
import { button, el, icon } from "./dom.js";
import { goToSource, onlyAddress } from "./routes.js";

const BUSY_SECONDS = 5; // before a file is sent again that came while others changed the papers
const OUTCOMES = {
  added: "已入库",
  replaced: "已更新",
  unchanged: "已在库中",
  skipped: "不必导入",
  refused: "未入库",
};

/**
 * The upload panel; files dropped anywhere on `place` are taken too. `onfile`
 * is called after each file, `ondone` when none is left.
 */
export function uploadPanel(place, { onfile, ondone }) {
  const outcomes = el("ul", { class: "outcomes", "aria-label": "上传结果", "data-testid": "outcomes" });
  const status = el("p", { class: "upload-status", role: "status", "data-testid": "upload-status" });
  const cancel = button("其余不再上传", forgetWaiting, { class: "button button-quiet", hidden: true, "data-testid": "upload-cancel" });
  const input = el("input", {
    type: "file",
    multiple: true,
    class: "visually-hidden",
    id: "upload-input",
    "data-testid": "upload-input",
    "aria-describedby": "upload-hint",
  });
  let waiting = [];
  let busy = false;

  /** Takes files in line; `items` are their places in the list, new ones by default. */
  function add(files, items = files.map(waitingItem)) {
    if (!busy) for (const item of outcomes.querySelectorAll("[data-outcome]")) item.remove();
    files.forEach((file, index) => {
      waiting.push({ file, item: items[index] });
      if (!items[index].isConnected) outcomes.append(items[index]);
    });
    if (!busy && waiting.length) sendAll();
  }

  async function sendAll() {
    busy = true;
    while (waiting.length) {
      status.textContent = waiting.length > 1 ? `正在处理，还有 ${waiting.length} 份` : "正在处理";
      const next = waiting.shift();
      cancel.hidden = !waiting.length;
      if (await send(next)) await onfile();
      else await putOff(next);
    }
    busy = false;
    cancel.hidden = true;
    status.textContent = summary(outcomes);
    ondone();
  }

  /** Sends a file; resolves to whether it was dealt with, which it is not while others change the papers. */
  async function send({ file, item }) {
    const bar = el("progress", { max: 1, value: 0, "aria-label": `上传${file.name}` });
    const state = el("span", { class: "outcome-state" }, "正在上传");
    item.replaceChildren(fileName(file.name), state, bar);
    const sent = (share) => {
      state.textContent = share < 1 ? `正在上传 ${Math.floor(share * 100)}%` : "正在读取…";
      if (share < 1) bar.value = share;
      else bar.removeAttribute("value"); // how long reading takes is not known
    };
    try {
      item.replaceWith(...(await uploadFile(file, sent)).map(outcomeItem));
    } catch (error) {
      if (error.code === "busy") return false;
      item.replaceWith(failureItem(file, error, (failed) => add([file], [failed])));
    }
    return true;
  }

  /** Puts a file back to the head of the line, and lets some time pass. */
  function putOff({ file, item }) {
    item.replaceChildren(fileName(file.name), el("span", { class: "outcome-state" }, "文件库正在改动，稍后自动再传"));
    waiting.unshift({ file, item });
    cancel.hidden = false;
    return new Promise((resolve) => setTimeout(resolve, BUSY_SECONDS * 1000));
  }

  function forgetWaiting() {
    for (const { item } of waiting) item.remove();
    waiting = [];
    cancel.hidden = true;
  }

  input.addEventListener("change", () => {
    const files = Array.from(input.files);
    input.value = ""; // so that the same file can be chosen again
    add(files);
  });
  acceptDrops(place, add, (folder) => outcomes.append(folderItem(folder)));
  const zone = el(
    "div",
    { class: "drop-zone", "data-testid": "drop-zone" },
    el(
      "p",
      { class: "drop-text" },
      input,
      el("label", { for: "upload-input", class: "button button-primary" }, icon("upload"), "选择文件"),
      el("span", { class: "drop-or" }, "或把文件拖到本页任意处"),
    ),
    el("p", { class: "drop-hint", id: "upload-hint" }, "可一次多份：Word、PDF（含扫描件）、OFD、表格、网页、图片、文本，或它们的压缩包。请勿上传涉密文件。"),
    el("div", { class: "upload-progress" }, status, cancel),
  );
  place.append(el("p", { class: "drop-pill", "aria-hidden": "true" }, "松开鼠标，上传到文件库"));
  return el("section", { class: "upload", "aria-label": "上传文件" }, zone, outcomes);
}

/** Files dropped on `place`; what hangs over it is shown. */
function acceptDrops(place, add, onfolder) {
  const over = (value) => place.classList.toggle("is-over", value);
  place.addEventListener("dragenter", (event) => carriesFiles(event) && over(true));
  place.addEventListener("dragleave", (event) => place.contains(event.relatedTarget) || over(false));
  place.addEventListener("drop", (event) => {
    over(false);
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const entries = Array.from(event.dataTransfer.items).map((item) => [item.getAsFile(), item.webkitGetAsEntry()]);
    const isFolder = ([, entry]) => entry && entry.isDirectory;
    add(entries.filter((each) => each[0] && !isFolder(each)).map(([file]) => file));
    entries.filter(isFolder).forEach(([, folder]) => onfolder(folder.name));
  });
}

function carriesFiles({ dataTransfer }) {
  return dataTransfer && Array.from(dataTransfer.types).includes("Files");
}

function summary(outcomes) {
  const items = Array.from(outcomes.querySelectorAll("[data-outcome]"));
  if (!items.length) return ""; // the only one was called off
  const bad = items.filter(({ dataset }) => ["refused", "failed"].includes(dataset.outcome)).length;
  return bad ? `处理完毕：${items.length} 份中有 ${bad} 份未入库，原因见下` : `处理完毕，共 ${items.length} 份`;
}

function waitingItem(file) {
  return el("li", { class: "outcome is-waiting" }, fileName(file.name), el("span", { class: "outcome-state" }, "等待上传"));
}

function outcomeItem({ name, outcome, reason, document_id: id }) {
  const open = () => goToSource({ documentId: id, start: 0, end: 0 });
  return finished(
    outcome,
    fileName(name),
    el("strong", {}, OUTCOMES[outcome] || outcome),
    reason && el("span", { class: "outcome-reason" }, reason),
    id && outcome !== "refused" && button("查看", open, { class: "button button-quiet", "data-testid": "outcome-open" }),
    id && outcome !== "refused" && el("a", { class: "button button-quiet", href: onlyAddress(id), "data-testid": "outcome-ask" }, "只问这份"),
  );
}

function failureItem(file, error, again) {
  const item = finished(
    "failed",
    fileName(file.name),
    el("strong", {}, "上传失败"),
    el("span", { class: "outcome-reason" }, error.message),
    button("重试", () => again(item), { iconName: "retry", class: "button button-quiet", "data-testid": "retry" }),
  );
  return item;
}

function folderItem(name) {
  const reason = "文件夹不能直接上传，请打开它，选中里面的文件";
  return finished("refused", fileName(name), el("strong", {}, "未上传"), el("span", { class: "outcome-reason" }, reason));
}

function finished(outcome, ...content) {
  return el("li", { class: `outcome is-${outcome}`, "data-testid": "outcome", "data-outcome": outcome }, content);
}

function fileName(name) {
  return el("bdi", { class: "outcome-name" }, name);
}
