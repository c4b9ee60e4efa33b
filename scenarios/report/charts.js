/* Near Home: draws the charts of a page. Every chart stands in the page as JSON beside its
   table; functions that JSON cannot hold are named there ("nearhome:...") and live here. */
(function () {
  "use strict";

  var MINUS = "\u2212";

  function fixed(value, digits) {
    return Math.abs(value).toLocaleString("en-GB", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }

  var scales = {
    count: function (v) { return fixed(v, 0); },
    tenths: function (v) { return fixed(v, 1); },
    hundredths: function (v) { return fixed(v, 2); },
    thousandths: function (v) { return fixed(v, 3); },
    "per-cent": function (v) { return fixed(v, 1) + "%"; },
    points: function (v) { return fixed(v, 1) + " points"; },
    pounds: function (v) {
      var size = Math.abs(v);
      if (size >= 999500) { return "£" + fixed(v / 1e6, size < 99950000 ? 1 : 0) + " million"; }
      var step = size >= 99950 ? 1000 : size >= 9995 ? 100 : size >= 995 ? 10 : 1;
      return "£" + fixed(Math.floor(size / step + 0.5) * step, 0);
    },
  };

  /* Along an axis there is little room, and ticks are round. */
  function short(v, digits) {
    return Math.abs(v).toLocaleString("en-GB", { maximumFractionDigits: digits });
  }
  var ticks = {
    count: function (v) { return short(v, 0); },
    tenths: function (v) { return short(v, 1); },
    hundredths: function (v) { return short(v, 2); },
    thousandths: function (v) { return short(v, 3); },
    "per-cent": function (v) { return short(v, 1) + "%"; },
    points: function (v) { return short(v, 1); },
    pounds: function (v) {
      var size = Math.abs(v);
      if (size >= 1e6) { return "£" + short(v / 1e6, 2) + "m"; }
      return size >= 1e4 ? "£" + short(v / 1e3, 1) + "k" : "£" + short(v, 0);
    },
  };

  function sign(value, text, plus) {
    if (!/[1-9]/.test(text)) { return text; }
    return (value < 0 ? MINUS : plus ? "+" : "") + text;
  }

  function known(value) {
    return value !== null && value !== undefined && value !== "-" && !Number.isNaN(value);
  }

  function written(scale, value) {
    return known(value) ? sign(value, scales[scale](value), false) : "not known";
  }

  /* The hover label over a point in time: every line with the band around it. */
  function timeLabel(scale) {
    return function (items) {
      if (!items.length) { return ""; }
      var bands = {};
      items.forEach(function (item) {
        if (item.seriesType !== "custom") { return; }
        var ends = bands[item.seriesName];
        var wide = item.value[2] - item.value[1];
        if (!ends || wide > ends[2] - ends[1]) { bands[item.seriesName] = item.value; }
      });
      var rows = items.filter(function (item) { return item.seriesType === "line"; })
        .map(function (item) {
          var band = bands[item.seriesName];
          var value = Array.isArray(item.value) ? item.value[1] : item.value;
          var around = band && known(band[1])
            ? " (" + written(scale, band[1]) + " to " + written(scale, band[2]) + ")" : "";
          return item.seriesName + ": " + written(scale, value) + around;
        });
      return [items[0].name || items[0].axisValueLabel].concat(rows).join("\n");
    };
  }

  /* A band between two lines; a figure that is not known breaks it. */
  function band(opacity, edge) {
    return function (params, api) { return drawBand(params, api, opacity, edge); };
  }

  function drawBand(params, api, opacity, edge) {
    if (params.context.drawn) { return null; }
    params.context.drawn = true;
    var shapes = [];
    var low = [];
    var high = [];
    function close() {
      if (low.length === 1) {
        low = [[low[0][0] - 4, low[0][1]], [low[0][0] + 4, low[0][1]]];
        high = [[high[0][0] - 4, high[0][1]], [high[0][0] + 4, high[0][1]]];
      }
      if (low.length) {
        shapes.push({
          type: "polygon",
          shape: { points: high.concat(low.slice().reverse()) },
          style: { fill: api.visual("color"), opacity: opacity },
        });
        if (edge) { [low, high].forEach(edgeOf(api.visual("color"))); }
      }
      low = [];
      high = [];
    }
    function edgeOf(colour) {
      return function (points) {
        shapes.push({
          type: "polyline",
          shape: { points: points },
          style: { stroke: colour, lineWidth: 1, fill: "none" },
        });
      };
    }
    for (var n = 0; n < params.dataInsideLength; n += 1) {
      if (Number.isNaN(api.value(1, n)) || Number.isNaN(api.value(2, n))) {
        close();
      } else {
        low.push(api.coord([api.value(0, n), api.value(1, n)]));
        high.push(api.coord([api.value(0, n), api.value(2, n)]));
      }
    }
    close();
    return { type: "group", children: shapes };
  }

  /* One row of a difference chart: words above, interval and mark below. */
  function interval(rows) {
    return function (params, api) {
      var row = rows[params.dataIndex];
      var colour = api.visual("color");
      var from = api.coord([api.value(1), api.value(0)]);
      var to = api.coord([api.value(2), api.value(0)]);
      var at = api.coord([api.value(3), api.value(0)]);
      var box = params.coordSys;
      var y = at[1] + 14;
      function line(x1, y1, x2, y2) {
        return {
          type: "line",
          shape: { x1: x1, y1: y1, x2: x2, y2: y2 },
          style: { stroke: colour, lineWidth: 2.5 },
        };
      }
      function words(text, dy, weight, fill) {
        var style = {
          text: text, x: box.x + 3, y: at[1] + dy, fill: fill,
          fontWeight: weight, fontSize: 14, fontFamily: "Arial, Helvetica, sans-serif",
          lineHeight: 16, verticalAlign: "middle", backgroundColor: "#ffffff", padding: [0, 3, 0, 0],
        };
        if (text.length * LETTER > box.width) {
          style.width = box.width;
          style.overflow = "truncate";
        }
        return { type: "text", silent: true, style: style };
      }
      var solid = { fill: colour, stroke: "#ffffff", lineWidth: 1 };
      var ring = { fill: "#ffffff", stroke: colour, lineWidth: 2.5 };
      var marks = {
        circle: { type: "circle", shape: { cx: at[0], cy: y, r: 7 }, style: solid },
        hollow: { type: "circle", shape: { cx: at[0], cy: y, r: 6 }, style: ring },
        rect: { type: "rect", shape: { x: at[0] - 6, y: y - 6, width: 12, height: 12 }, style: solid },
        diamond: {
          type: "polygon",
          shape: { points: [[at[0], y - 8], [at[0] + 8, y], [at[0], y + 8], [at[0] - 8, y]] },
          style: solid,
        },
      };
      return {
        type: "group",
        children: [
          words(row.name, -21, "bold", "#0b0c0c"),
          words(row.label, -4, "normal", "#0b0c0c"),
          line(from[0], y, to[0], y),
          line(from[0], y - 5, from[0], y + 5),
          line(to[0], y - 5, to[0], y + 5),
          marks[row.shape],
        ],
      };
    };
  }

  function named(name, holder) {
    var parts = name.split(":");
    switch (parts[1]) {
      case "axis":
        return function (value) { return sign(value, ticks[parts[2]](value), false); };
      case "signed":
        return function (value) { return sign(value, ticks[parts[2]](value), true); };
      case "tooltip":
        return timeLabel(parts[2]);
      case "band":
        return band(Number(parts[2]) / 100, parts[3] === "edge");
      case "interval":
        return interval(holder.data);
      case "difference":
        return function (item) { return item.data.name + "\n" + item.data.label; };
      case "place":
        return function (item) { return (item.data && item.data.hover) || item.name || ""; };
      default:
        throw new Error("No function of this page is called " + name);
    }
  }

  function revive(value, holder) {
    if (typeof value === "string" && value.indexOf("nearhome:") === 0) {
      return named(value, holder);
    }
    if (Array.isArray(value)) {
      return value.map(function (each) { return revive(each, value); });
    }
    if (value && typeof value === "object") {
      var copy = {};
      Object.keys(value).forEach(function (key) { copy[key] = revive(value[key], value); });
      return copy;
    }
    return value;
  }

  var NARROW = 560;
  var LEGEND_LINE = 25;
  var LETTER = 7.6;
  var PAPER_WIDTH = 660;
  var drawn = [];
  var printing = false;

  function draw(place) {
    var given = JSON.parse(document.getElementById(place.id + "-data").textContent);
    Object.keys(given.maps).forEach(function (name) {
      window.echarts.registerMap(name, given.maps[name]);
    });
    var chart = window.echarts.init(place, null, { renderer: "svg" });
    var height = place.clientHeight;
    chart.setOption(revive(given.option, given));
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", given.sentence);
    var each = { chart: chart, place: place, height: height, option: given.option };
    drawn.push(each);
    fit(each, null);
    if (window.ResizeObserver) {
      new window.ResizeObserver(function () { fit(each, null); }).observe(place);
    }
  }

  /* Lines that a legend takes at a width; what is wide enough for words stands in one. */
  function legendLines(legend, width) {
    var lines = 1;
    var used = 0;
    legend.data.forEach(function (entry) {
      var wide = legend.itemWidth + 5 + LETTER * entry.name.length + legend.itemGap;
      if (used && used + wide > width) { lines += 1; used = 0; }
      used += wide;
    });
    return lines;
  }

  /* Where a legend takes several lines, the chart begins lower and is that much taller. */
  function fit(each, paper) {
    var width = paper || each.place.clientWidth;
    if (!width || (!paper && printing)) { return; }
    var legend = each.option.legend;
    var more = legend ? LEGEND_LINE * (legendLines(legend, width) - 1) : 0;
    var narrow = width < NARROW;
    if (legend && (more !== each.more || narrow !== each.narrow)) {
      each.more = more;
      each.narrow = narrow;
      var body = each.option.geo ? "geo" : "grid";
      var change = {};
      change[body] = { top: each.option[body].top + more };
      if (each.option.geo) { change.geo.label = { show: !narrow }; }
      each.chart.setOption(change);
    }
    var height = each.height;
    if (each.option.geo) {
      var corners = each.option.geo.boundingCoords;
      var shape = (corners[0][1] - corners[1][1]) / (corners[1][0] - corners[0][0]);
      height = Math.min(height, Math.round(width * shape) + each.option.geo.top);
    }
    each.place.style.height = height + (each.more || 0) + "px";
    each.chart.resize({ width: width, height: each.place.clientHeight, silent: true });
    each.chart.getZr().flush();
  }

  document.documentElement.classList.add("js");
  Array.prototype.forEach.call(document.querySelectorAll(".chart"), draw);

  /* On paper every table is open and every chart as wide as the page. */
  var opened = [];
  window.addEventListener("beforeprint", function () {
    printing = true;
    opened = Array.prototype.filter.call(document.querySelectorAll("details:not(.long)"), function (each) {
      return !each.open;
    });
    opened.forEach(function (each) { each.open = true; });
    drawn.forEach(function (each) { fit(each, PAPER_WIDTH); });
  });
  window.addEventListener("afterprint", function () {
    printing = false;
    opened.forEach(function (each) { each.open = false; });
    drawn.forEach(function (each) { fit(each, null); });
  });
})();
