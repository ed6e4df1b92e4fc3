"""The style sheet of the report page; no fonts, images or scripts from anywhere."""

CSS = """
:root {
  --paper: #f4f5f7; --card: #fff; --ink: #1d2430; --soft: #5b6576; --line: #dfe3ea;
  --fill: #2f6db5; --track: #e6ebf2; --bad: #b3392f; --bad-soft: #fbeceb;
  --good: #22764d; --good-soft: #e7f4ed; --warn: #7a5200; --warn-soft: #fff5dc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181f; --card: #1d232d; --ink: #e4e8ee; --soft: #9ba6b6; --line: #323b49;
    --fill: #5c9ae0; --track: #2b3442; --bad: #f0867c; --bad-soft: #3a2322;
    --good: #6cc79a; --good-soft: #1e3329; --warn: #e8c069; --warn-soft: #36301c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1120px; padding: 36px 20px 72px; background: var(--paper);
  color: var(--ink); font: 15px/1.65 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
    "Source Han Sans SC", "WenQuanYi Micro Hei", system-ui, sans-serif;
}
h1 { margin: 0; font-size: 26px; letter-spacing: .02em; }
.card .soft { display: block; white-space: nowrap; }
h2 { margin: 40px 0 12px; font-size: 18px; }
.soft, .meta { color: var(--soft); font-size: 13px; }
.meta { margin: 4px 0 0; }
.note {
  margin: 16px 0 0; padding: 10px 16px; border-left: 4px solid var(--warn);
  border-radius: 4px; background: var(--warn-soft); color: var(--warn);
}
.cards {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(136px, 1fr)); gap: 12px;
  margin-top: 24px;
}
.card, .scroll, .case {
  border: 1px solid var(--line); border-radius: 8px; background: var(--card);
}
.card { padding: 12px 14px; }
.card b {
  display: block; font-size: 28px; line-height: 1.3; font-variant-numeric: tabular-nums;
}
.whisker {
  position: relative; height: 6px; margin: 8px 0 6px; border-radius: 3px;
  background: var(--track);
}
.whisker i {
  position: absolute; top: 0; bottom: 0; border-radius: 3px; background: var(--fill);
  opacity: .38;
}
.whisker u {
  position: absolute; top: -3px; width: 3px; height: 12px; margin-left: -1px;
  border-radius: 1px; background: var(--fill);
}
.scroll { overflow-x: auto; }
.scroll.narrow { max-width: 480px; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td {
  padding: 9px 10px; border-top: 1px solid var(--line); text-align: right;
  white-space: nowrap;
}
thead th { border-top: 0; color: var(--soft); font-size: 13px; font-weight: 500; }
th:first-child { text-align: left; font-weight: 500; }
tbody th { min-width: 112px; max-width: 220px; white-space: normal; overflow-wrap: anywhere; }
tr.total th, tr.total td { background: var(--paper); font-weight: 600; }
td.bar { min-width: 84px; }
.track {
  display: block; height: 5px; margin-top: 4px; border-radius: 3px;
  background: var(--track);
}
.track i {
  display: block; height: 100%; border-radius: 3px; background: var(--fill);
}
.track i.low { background: var(--bad); }
.chips { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 14px; padding: 0; }
.chip {
  padding: 1px 10px; border-radius: 11px; background: var(--bad-soft); color: var(--bad);
  font-size: 13px;
}
.chip.good { background: var(--good-soft); color: var(--good); }
.chip.plain { background: var(--track); color: var(--soft); }
.case { margin: 0 0 14px; padding: 16px 20px; overflow-wrap: anywhere; }
.case header { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; font-size: 13px; }
.case h3 { margin: 8px 0 10px; font-size: 16px; }
dl { display: grid; grid-template-columns: 76px 1fr; gap: 5px 14px; margin: 0; }
dt { color: var(--soft); font-size: 13px; line-height: 1.9; }
dd { margin: 0; white-space: pre-wrap; }
blockquote { margin: 0 0 6px; padding-left: 10px; border-left: 3px solid var(--line); }
details { margin-top: 10px; }
summary { cursor: pointer; color: var(--soft); font-size: 13px; }
ol { margin: 8px 0 0; padding-left: 26px; }
li { margin-bottom: 8px; }
li.hit::marker { color: var(--good); font-weight: 700; }
footer { margin-top: 40px; color: var(--soft); font-size: 13px; }
@media (max-width: 560px) {
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; } .case { padding: 14px; }
}
@media print {
  body { max-width: none; padding: 0; background: #fff; } .case { break-inside: avoid; }
  .scroll { overflow: visible; }
}
"""
