package dev.warren.interop.speed;

import java.util.Locale;

/** What the bed measures, in the order in which it does. */
enum Measure {
  IDLE_MEMORY("resident at start, per side", "MB", "%.0f"),
  PING_MEDIAN("ping, 200 at 2 ms: median", "ms", "%.3f"),
  PING_P99("ping: 99 %", "ms", "%.3f"),
  TCP_COLD("TCP, 1 stream, the first 2 s", "Gbit/s", "%.2f"),
  TCP("TCP, 1 stream", "Gbit/s", "%.2f"),
  TCP_CPU("CPU time of both daemons per GB of that", "s", "%.2f"),
  TCP_FOUR("TCP, 4 streams", "Gbit/s", "%.2f"),
  TCP_REVERSE("TCP, 1 stream, reverse", "Gbit/s", "%.2f"),
  UDP("UDP 1300 B flooded: received", "Gbit/s", "%.3f"),
  UDP_LOST("UDP flood: lost", "%", "%.1f"),
  PING_AFTER("ping after the load: median", "ms", "%.3f"),
  PEAK_MEMORY("peak resident, per side", "MB", "%.0f");

  private final String title;
  private final String unit;
  private final String format;

  Measure(String title, String unit, String format) {
    this.title = title;
    this.unit = unit;
    this.format = format;
  }

  String title() {
    return title + " (" + unit + ")";
  }

  String format(double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
