namespace DaxProxy.Report.Page;

/// <summary>The style sheet of a report: light or dark as the reader likes it, one column on a phone, plain on paper.</summary>
/// <remarks>
/// It stands in the page as text of XML, so it has no use for the signs that would be written otherwise there. The two colours are told
/// apart by every kind of eye, and lines and marks differ in form too.
/// </remarks>
internal static class PageStyle
{
    /// <summary>The text.</summary>
    public const string Text =
        """
        :root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2024; --quiet: #5c6670; --rule: #dfe3e8; --panel: #f6f7f9;
          --direct: #b4530a; --proxied: #0a62b0; --good: #0a62b0; --fair: #8a6a00; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e6e9ec; --quiet: #9aa5b0; --rule: #31373d; --panel: #1c2024;
          --direct: #f2a35c; --proxied: #6db4f7; --good: #6db4f7; --fair: #e2bd54; --bad: #ff8a80; } }
        @media print { :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --quiet: #444444; --rule: #bbbbbb; --panel: #ffffff;
          --direct: #b4530a; --proxied: #0a62b0; --good: #0a62b0; --fair: #8a6a00; --bad: #b3261e; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
        main { max-width: 54rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .6rem; letter-spacing: -.01em; text-wrap: balance; }
        h2 { font-size: 1.15rem; margin: 2.6rem 0 .5rem; }
        p, ul { margin: .5rem 0; max-width: 46rem; }
        ul { padding-left: 1.2rem; }
        li { margin: .2rem 0; }
        .what { color: var(--quiet); font-size: .875rem; margin: 0 0 1.2rem; }
        .verdict { border-left: 6px solid; padding: .2rem 0 .2rem 1.1rem; margin-bottom: 1.6rem; }
        .verdict p { margin: 0; font-size: 1.05rem; }
        .caveats { color: var(--quiet); font-size: .9375rem; }
        .use { border-color: var(--good); } .use h1 { color: var(--good); }
        .hardly { border-color: var(--fair); } .hardly h1 { color: var(--fair); }
        .donotuse { border-color: var(--bad); } .donotuse h1 { color: var(--bad); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: .75rem; margin: 1.2rem 0; padding: 0; }
        .tile { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: .7rem .9rem .75rem; }
        .tile dt { color: var(--quiet); font-size: .8125rem; }
        .tile dd { margin: 0; }
        .tile .big { font-size: 1.45rem; font-weight: 600; line-height: 1.35; font-variant-numeric: tabular-nums; }
        .note, .interval { color: var(--quiet); font-size: .8125rem; }
        .tablebox { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: .34rem 0 .34rem .75rem; border-bottom: 1px solid var(--rule); vertical-align: baseline;
          font-weight: 400; white-space: nowrap; }
        th:first-child { text-align: left; padding-left: 0; }
        thead th { color: var(--quiet); font-size: .8125rem; vertical-align: bottom; }
        caption { text-align: left; font-weight: 600; font-size: .9375rem; }
        tbody th { white-space: normal; }
        .interval { display: block; line-height: 1.3; }
        .direct { color: var(--direct); } .proxied { color: var(--proxied); }
        thead th.direct, thead th.proxied, td b { font-weight: 600; }
        .plots, .tables { display: grid; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(21rem, 100%), 1fr));
          gap: 1.6rem 2rem; margin-top: .8rem; }
        figure { margin: 0; break-inside: avoid; }
        figcaption { font-weight: 600; font-size: .9375rem; margin-bottom: .2rem; }
        svg { display: block; width: 100%; height: auto; overflow: visible; }
        svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; fill: var(--quiet); }
        svg text.label { font-weight: 600; font-size: 13px; stroke: var(--paper); stroke-width: 4px; paint-order: stroke;
          stroke-linejoin: round; }
        svg text.direct { fill: var(--direct); } svg text.proxied { fill: var(--proxied); }
        svg .grid { stroke: var(--rule); stroke-width: 1; } svg .stroke { stroke: var(--quiet); stroke-width: 1; }
        svg .mark { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 2 3; }
        svg polyline { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
        svg polyline.direct { stroke: var(--direct); stroke-dasharray: 7 4; } svg polyline.proxied { stroke: var(--proxied); }
        svg rect.direct { fill: var(--paper); stroke: var(--direct); stroke-width: 2; } svg circle.proxied { fill: var(--proxied); }
        pre { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: .8rem 1rem; white-space: pre-wrap;
          overflow-wrap: anywhere; font: .85rem/1.5 ui-monospace, "Cascadia Mono", "Liberation Mono", monospace; }
        footer { margin-top: 3rem; }
        @media (max-width: 34rem) { main { padding: 1.25rem 1rem 3rem; } h1 { font-size: 1.4rem; } th, td { padding-left: .55rem;
          font-size: .9rem; } .interval { font-size: .75rem; } .tiles { grid-template-columns: 1fr 1fr; }
          .tile .big { font-size: 1.2rem; } svg text { font-size: 13px; } svg text.label { font-size: 14px; } }
        @media print { main { max-width: none; padding: 0; } .tiles { grid-template-columns: repeat(4, 1fr); }
          tr, .tile, pre { break-inside: avoid; } h2 { break-after: avoid; } .plots, .tables { grid-template-columns: 1fr 1fr; }
          table { break-inside: avoid; } }
        """;
}
