"""The page's style sheet: light and dark, phone and desktop, screen and paper; no font or image from elsewhere."""

COLOURS = """
:root { color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2430; --soft: #5b6675; --line: #d7dde5; --card: #f6f8fa;
  --good: #14733b; --bad: #b3261e; --warn: #8a5a00; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #12161c; --ink: #e4e9f0; --soft: #9aa6b5; --line: #313a46; --card: #1a2029;
  --good: #5fce8b; --bad: #ff8a80; --warn: #e8b04b; --accent: #7db8f5; } }
"""
"""The names of the colours, by day and by night."""

_PAGE = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 1rem; }
h1, h2, h3 { overflow-wrap: anywhere; break-after: avoid; }
.about { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: 0 0 1.2rem;
  font-size: .85rem; }
.about dt { color: var(--soft); } .about dd { margin: 0; min-width: 0; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
"""

PARTS = """
p, li, dd, small, summary { overflow-wrap: anywhere; } td, th { overflow-wrap: break-word; }
code, pre, .mono { font: .86em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
.story { background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--good);
  border-radius: 6px; padding: .8rem 1rem; }
.story.failed { border-left-color: var(--bad); }
.story p { margin: .35rem 0; }
.verdict { font-weight: 700; color: var(--good); } .failed > .verdict, .verdict.failed { color: var(--bad); }
.stages { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: 1rem 0; }
.stages li { flex: 1 1 8rem; border: 1px solid var(--line); border-radius: 6px; padding: .45rem .6rem; min-width: 0; }
.stages b { display: block; } .stages small { color: var(--soft); }
.stages .done b { color: var(--good); } .stages .failed { border-color: var(--bad); }
.stages .failed b { color: var(--bad); }
.stages .skipped b { color: var(--soft); font-weight: 400; }
ol.path { padding-left: 1.4rem; border-left: 2px solid var(--accent); margin-left: .4rem; }
ol.path li { margin: .3rem 0; }
table { border-collapse: collapse; width: 100%; } .scroll { overflow-x: auto; }
td { min-width: 4.5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; font-size: .85rem; }
.sent { color: var(--good); font-weight: 700; } .withheld { color: var(--warn); font-weight: 700; }
.passed { color: var(--soft); }
.finding { border: 1px solid var(--line); border-left: 5px solid var(--accent); border-radius: 6px; padding: .6rem
1rem;
  margin: .8rem 0; background: var(--card); }
.finding h3 { margin: .1rem 0 .4rem; } .finding .fix { font-weight: 600; } .finding small { color: var(--soft); }
.sequence { display: block; width: 100%; max-width: 26rem; height: auto; }
.sequence text { paint-order: stroke; stroke: var(--paper); stroke-width: 4px;
  text-anchor: middle; fill: var(--ink); font: 13px system-ui, sans-serif; }
.sequence .note { font-size: 12px; fill: var(--soft); } .sequence .actor-name { font-weight: 600; }
.sequence .label { font-weight: 600; } .sequence .bad { fill: var(--bad); }
.sequence .actor { fill: var(--card); stroke: var(--line); }
.sequence .life { stroke: var(--line); stroke-dasharray: 3 4; }
.sequence .arrow { stroke: var(--accent); stroke-width: 1.4; } .sequence .arrow.bad { stroke: var(--bad); }
.sequence .arrow.lost { stroke-dasharray: 5 4; } .sequence .tip { fill: var(--accent); }
.sequence .tip.bad { fill: var(--bad); }
.sequence .cross { stroke: var(--bad); stroke-width: 2.6; fill: none; }
.axis { display: flex; justify-content: space-between; color: var(--soft); font-size: .8rem; }
.bar-row { padding: .35rem 0; }
.bar-name, .bar-dates { font-size: .85rem; overflow-wrap: anywhere; }
.bar-dates { color: var(--soft); }
.track { display: block; background: var(--card); border-radius: 4px; outline: 1px solid var(--line); }
.bar { fill: var(--good); } .bar.over { fill: var(--bad); } .bar.ahead { fill: var(--warn); }
.track .now { stroke: var(--ink); stroke-width: 2; }
b.good { color: var(--good); } b.over { color: var(--bad); } b.ahead { color: var(--warn); }
details { border: 1px solid var(--line); border-radius: 6px; padding: .4rem .8rem; margin: .6rem 0; }
summary { cursor: pointer; color: var(--accent); }
"""
"""What the sections of a report look like, on whatever page they stand."""

_AROUND = """
footer { color: var(--soft); font-size: .85rem; margin: 2.5rem 0 1rem; }
@media print { :root { --paper: #fff; --ink: #000; --card: #fff; --soft: #444; --line: #999; --good: #14733b;
  --bad: #b3261e; --accent: #0b5cad; } body { font-size: 11pt; } main { max-width: none; padding: 0; }
  .finding, .story, .sequence, .bar-row, tr { break-inside: avoid; } .stages li { flex-basis: 6rem; }
  details:not([open]) { display: none; } p, li { orphans: 3; widows: 3; }
  .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""

STYLE = f"{COLOURS}{_PAGE}{PARTS}{_AROUND}"
"""All of it, for a page of its own."""
