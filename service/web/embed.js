/**
 * For a portal: <script src="…/static/embed.js" async></script> puts a button at the corner
 * of its page, which opens the chat in a frame. Nothing is loaded before the button is used. Styles are
 * set through the object model, which the portal's style-src does not forbid; it must allow this script
 * (script-src) and the frame (frame-src), and be named in the service's embed_origins.
 */
(() => {
  const SERVICE = new URL(document.currentScript.src).origin;
  const CHAT = `${SERVICE}/embed`;
  const STYLE = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    button, a, span { font: 16px/1.5 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
    [hidden] { display: none !important; }
    button, a { cursor: pointer; border: 0; border-radius: 8px; color: #fff; background: #1d4f91; text-decoration: none; }
    button:hover, a:hover { background: #163e73; }
    :focus-visible { outline: 3px solid #ffbf47; outline-offset: 2px; }
    .open, .panel { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; }
    .open { padding: 12px 20px; border-radius: 24px; box-shadow: 0 4px 16px rgba(0, 0, 0, .3); }
    .panel {
      display: flex; flex-direction: column; overflow: hidden; background: #fff;
      width: 420px; height: 640px; max-width: calc(100vw - 40px); max-height: calc(100vh - 40px);
      border-radius: 14px; box-shadow: 0 8px 32px rgba(0, 0, 0, .35);
    }
    .bar { flex: none; display: flex; align-items: center; gap: 4px; padding: 4px 4px 4px 16px; color: #fff; background: #1d4f91; }
    .title { flex: 1 1 0; font-weight: 600; }
    .bar button, .bar a { display: inline-flex; align-items: center; min-height: 40px; padding: 0 10px; font-size: 14px; }
    iframe { flex: 1 1 0; width: 100%; border: 0; background: #fff; }
    @media (max-width: 480px) {
      .panel { left: 0; right: 0; top: 0; bottom: 0; border-radius: 0; }
      .panel { width: auto; height: auto; max-width: none; max-height: none; }
    }`;

  const host = document.createElement("cewen-embed");
  const root = host.attachShadow({ mode: "open" });
  const opener = make("button", { type: "button", class: "open", "aria-haspopup": "dialog" }, "政策问答");
  const close = make("button", { type: "button", "aria-label": "关闭政策问答" }, "关闭");
  const apart = make("a", { href: CHAT, target: "_blank", rel: "noopener" }, "新窗口打开");
  const bar = make("div", { class: "bar" }, make("span", { class: "title" }, "政策问答"), apart, close);
  const panel = make("div", { class: "panel", role: "dialog", "aria-label": "政策问答", hidden: "" }, bar);
  let frame = null;

  opener.addEventListener("click", () => show(true));
  close.addEventListener("click", () => show(false));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(false);
  });
  // Keys pressed in the frame stay there; it tells of the Escape that is not its own.
  window.addEventListener("message", (event) => {
    if (frame && event.source === frame.contentWindow && event.origin === SERVICE && event.data === "cewen-close") show(false);
  });

  function show(open) {
    panel.hidden = !open;
    opener.hidden = open;
    if (!open) {
      opener.focus();
      return;
    }
    if (!frame) {
      frame = make("iframe", { src: CHAT, title: "策问：政策文件问答", allow: "clipboard-write" });
      panel.append(frame);
    }
    frame.focus();
  }

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function addStyle() {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(make("style", {}, STYLE)); // an older browser of another make
    }
  }

  function place() {
    addStyle();
    root.append(opener, panel);
    document.body.append(host);
  }

  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
})();
