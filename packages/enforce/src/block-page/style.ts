/** The look of the block page: INTERFACE.md's greys, accent and sizes; nothing loaded from anywhere. */
export const pageStyle = `
:root{color-scheme:light dark;--back:light-dark(#f4f5f7,#15181c);--card:light-dark(#fff,#1f242a);--line:light-dark(#d5d9de,#363d45);--text:light-dark(#1c2127,#e8ebee);--quiet:light-dark(#59626d,#a3acb7);--accent:light-dark(#1f4e79,#8fbde6);--on:light-dark(#fff,#0d1a26);--good:light-dark(#1d6b3a,#7fcf9c)}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:.875rem/1.25rem system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
:lang(zh-Hant){font-family:"PingFang HK","Microsoft JhengHei UI","Noto Sans CJK HK","Noto Sans HK",system-ui,sans-serif}
:lang(zh-Hans){font-family:"PingFang SC","Microsoft YaHei UI","Noto Sans CJK SC","Noto Sans SC",system-ui,sans-serif}
main{max-width:36rem;margin:0 auto;padding:1.5rem 1rem}
section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:0 0 1rem}
h1{font-size:1.25rem;line-height:1.75rem;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:.875rem;line-height:1.25rem;margin:0 0 .25rem}
p{margin:0 0 .5rem}
p:last-child,ul:last-child{margin-bottom:0}
ul{margin:0 0 .5rem;padding-left:1.25rem}
.host{color:var(--quiet);overflow-wrap:anywhere}
.quiet{color:var(--quiet)}
a{color:var(--accent)}
.button{display:inline-block;min-height:2.25rem;padding:.5rem 1rem;border-radius:.5rem;background:var(--accent);color:var(--on);text-decoration:none;font-weight:600;overflow-wrap:anywhere}
a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
nav{display:flex;flex-wrap:wrap;gap:1rem;margin:0 0 1rem}
nav a{display:inline-block;padding:.25rem 0}
.open{border-color:var(--good)}
.open strong{color:var(--good)}
[hidden]{display:none}
@media (forced-colors:active){.button{border:1px solid}}
`;
