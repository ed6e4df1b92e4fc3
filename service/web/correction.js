/** Putting a masthead right, in a dialog. */

import { button, el } from "./dom.js";
import { correctDocument } from "./library_api.js";

const FIELDS = [
  ["title", "标题"],
  ["issuer", "发文机关"],
  ["document_number", "发文字号"],
  ["date", "成文日期", "date"],
  ["printed", "印发日期", "date"],
  ["region", "适用地区"],
  ["addressee", "主送机关"],
  ["effective", "施行日期", "date"],
  ["valid_until", "有效期至", "date"],
];
const STANDINGS = { valid: "有效", repealed: "已废止", replaced: "已被新文件替代", expired: "已过有效期" };

/** Asks what is right; resolves with the corrected paper, or null where the user changed their mind. */
export function correctMasthead(paper) {
  const focused = document.activeElement;
  const fields = FIELDS.map(([name, label, type = "text"]) => field(name, label, control(type, paper[name])));
  fields.push(field("validity", "效力", standingSelect(paper)));
  const fault = el("p", { class: "form-fault", role: "alert", "data-testid": "form-fault" });
  const save = el("button", { type: "submit", class: "button button-primary", "data-testid": "correction-save" }, "保存");
  let corrected = null;
  let saving = false;

  async function submit(event) {
    event.preventDefault();
    if (saving) return;
    fields.forEach(({ refuse }) => refuse(""));
    fault.textContent = "";
    const unfinished = fields.filter(({ input }) => input.validity.badInput);
    unfinished.forEach(({ refuse }) => refuse("日期不完整，请写全年、月、日，或清空"));
    if (unfinished.length) return unfinished[0].input.focus();
    const changes = changed(fields);
    if (!Object.keys(changes).length) return dialog.close();
    setSaving(true);
    try {
      corrected = await correctDocument(paper.id, changes);
      dialog.close();
    } catch (error) {
      showFault(error.message);
    }
    setSaving(false);
  }

  function setSaving(value) {
    saving = value;
    save.textContent = value ? "正在保存…" : "保存";
  }

  /** The service names the fields at fault: “body.title：不能是空的；…”. */
  function showFault(message) {
    const faults = fields.filter(({ name, refuse }) => {
      const [, reason] = new RegExp(`body\\.${name}：([^；。]+)`).exec(message) || [];
      if (reason) refuse(reason);
      return reason;
    });
    if (faults.length) faults[0].input.focus();
    else fault.textContent = message;
  }

  const dialog = el(
    "dialog",
    { class: "confirm correction", "aria-labelledby": "correction-heading", "data-testid": "correction" },
    el(
      "form",
      { novalidate: true, autocomplete: "off", onsubmit: submit },
      el("h2", { id: "correction-heading" }, "更正版头"),
      el("p", { class: "correction-file" }, el("bdi", {}, paper.name)),
      el("div", { class: "correction-fields" }, fields.map(({ node }) => node)),
      fault,
      el(
        "div",
        { class: "confirm-actions" },
        button("取消", () => dialog.close(), { "data-testid": "correction-cancel" }),
        save,
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (focused && focused.isConnected && document.activeElement === document.body) focused.focus();
      resolve(corrected);
    });
  });
}

function control(type, value) {
  return el("input", { type, value, "data-was": value });
}

/** Where the papers themselves say how one stands, the first choice says what they say. */
function standingSelect(paper) {
  const { validity, validity_by: by, valid_until: until } = paper;
  const found = validity && (by || (validity === "expired" && until));
  const was = found ? "" : validity;
  const automatic = `按文件自动判断${found ? `（${STANDINGS[validity]}）` : ""}`;
  const select = el(
    "select",
    { "data-was": was },
    el("option", { value: "" }, automatic),
    Object.entries(STANDINGS).map(([value, label]) => el("option", { value }, label)),
  );
  select.value = was;
  return select;
}

/** A labelled field; `refuse(reason)` shows what is wrong with it, "" nothing. */
function field(name, label, input) {
  const id = `correction-${name}`;
  const reason = el("p", { class: "field-fault", id: `${id}-fault`, "data-testid": `${id}-fault` });
  input.id = id;
  input.name = name;
  input.classList.add("field");
  input.setAttribute("data-testid", id);
  input.setAttribute("aria-describedby", reason.id);
  const refuse = (words) => {
    reason.textContent = words;
    if (words) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  const node = el("div", { class: `correction-field of-${name}` }, el("label", { for: id }, label), input, reason);
  return { name, input, node, refuse };
}

/** What was changed; a field left as it was is not sent, so that a later reading may still better it. */
function changed(fields) {
  const differing = fields.filter(({ input }) => input.value !== input.dataset.was);
  return Object.fromEntries(differing.map(({ name, input }) => [name, input.value]));
}
