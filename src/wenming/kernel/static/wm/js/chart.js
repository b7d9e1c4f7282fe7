// A chart from the JSON block whose id is in data-chart; its table stands beside it, drawn by the server.
const DASHES = ["solid", [6, 4], [2, 3], [10, 4, 2, 4]];

function tokens(element) {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

function option(data, token) {
  const colours = [token("dai"), token("ink-2"), token("near"), token("back")];
  const tones = { late: token("seal"), near: token("near"), done: token("done"), doing: token("doing") };
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * parseFloat(token("t-xs"));
  const label = { color: token("ink-3"), fontSize: size, fontFamily: token("sans") };
  // Lines differ in their dash as well as in hue; where the caller chose, the caller's choice stands.
  const isChosen = data.series.some((each) => each.dashed);
  const dash = (each, index) => (isChosen ? DASHES[each.dashed ? 1 : 0] : DASHES[index % DASHES.length]);
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: token("sans") },
    grid: { left: 8, right: data.kind === "bar" ? 16 : 24 + size * Math.max(...data.series.map((each) => each.name.length)), top: 16, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: token("ink"), borderWidth: 0,
      textStyle: { color: token("paper"), fontSize: size + 1 },
    },
    xAxis: { type: "category", data: data.categories, axisLabel: label, axisTick: { show: false }, axisLine: { lineStyle: { color: token("edge") } } },
    yAxis: { type: "value", scale: data.kind !== "bar", axisLabel: label, splitNumber: 3, splitLine: { lineStyle: { color: token("grid") } } },
    series: data.series.map((each, index) => {
      const colour = tones[each.tone] || colours[index % colours.length];
      return {
        name: each.name, type: data.kind, data: each.values, symbol: "circle", symbolSize: 6, showSymbol: data.categories.length <= 31,
        connectNulls: false, barMaxWidth: 28, itemStyle: { color: colour },
        lineStyle: { color: colour, width: 2, type: dash(each, index) },
        endLabel: { show: data.kind === "line", formatter: each.name, color: token("ink"), fontSize: size, distance: 8 },
      };
    }),
  };
}

export function start(element) {
  const data = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  const chart = window.echarts.init(element, null, { renderer: "canvas" });
  chart.setOption(option(data, tokens(element)));
  chart.on("click", (press) => {
    element.dispatchEvent(new CustomEvent("wm:chart", { bubbles: true, detail: { category: press.name, series: press.seriesName } }));
  });
  const fit = () => chart.resize();
  if (window.ResizeObserver) new ResizeObserver(fit).observe(element);
  window.addEventListener("beforeprint", fit);
}
