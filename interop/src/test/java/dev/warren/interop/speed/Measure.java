package dev.warren.interop.speed;

import static dev.warren.interop.speed.Goal.Relation.ABOVE;
import static dev.warren.interop.speed.Goal.Relation.AT_LEAST;
import static dev.warren.interop.speed.Goal.Relation.AT_MOST;
import static dev.warren.interop.speed.Goal.Relation.BELOW;

import java.util.Locale;

/** The table's rows, in their order. */
enum Measure {
  TCP(Part.TCP, "TCP, 1 stream", "Gbit/s", "%.2f", Goal.ratio(AT_LEAST, 2)),
  TCP_FOUR(Part.TCP, "TCP, 4 streams", "Gbit/s", "%.2f", Goal.ratio(AT_LEAST, 2)),
  TCP_REVERSE(Part.TCP, "TCP, 1 stream, reverse", "Gbit/s", "%.2f", Goal.ratio(AT_LEAST, 2)),
  TCP_FOUR_REVERSE(Part.TCP, "TCP, 4 streams, reverse", "Gbit/s", "%.2f", Goal.ratio(AT_LEAST, 2)),
  TCP_COLD(Part.TCP, "TCP, 1 stream, fresh daemons' first 2 s", "Gbit/s", "%.2f", Goal.NONE),
  TCP_CPU(
      Part.TCP,
      "processor time of both daemons per GB, TCP, 1 stream",
      "s",
      "%.2f",
      Goal.ratio(BELOW, 1)),
  MIXED_SENDS(
      Part.MIXED,
      "TCP, 1 stream, mixed pair: %1$s sends, %2$s receives; beside it a pair of %2$s",
      "Gbit/s",
      "%.2f",
      Goal.ratio(ABOVE, 1)),
  MIXED_RECEIVES(
      Part.MIXED,
      "TCP, 1 stream, mixed pair: %2$s sends, %1$s receives; beside it a pair of %2$s",
      "Gbit/s",
      "%.2f",
      Goal.ratio(ABOVE, 1)),
  UDP(Part.UDP, "UDP, 1300 bytes, flooded: received", "Gbit/s", "%.3f", Goal.ratio(AT_LEAST, 3)),
  UDP_LOST(Part.UDP, "UDP, 1300 bytes, flooded: lost", "%%", "%.1f", Goal.NONE),
  UDP_BUFFERED(
      Part.UDP,
      "UDP, 1300 bytes, flooded, receiving program with a 2 MB buffer: received",
      "Gbit/s",
      "%.3f",
      Goal.NONE),
  UDP_RATE(
      Part.UDP_RATE,
      "UDP, 1300 bytes, the highest rate with under 1 %% lost",
      "Gbit/s",
      "%.3f",
      Goal.ratio(AT_LEAST, 2)),
  UDP_RATE_BUFFERED(
      Part.UDP_RATE,
      "UDP, 1300 bytes, the highest rate with under 1 %% lost, receiving program with a 2 MB"
          + " buffer",
      "Gbit/s",
      "%.3f",
      Goal.ratio(AT_LEAST, 2)),
  SMALL(Part.SMALL, "UDP, 64 bytes, flooded: received", "1000 packets/s", "%.0f", Goal.NONE),
  PING_MEDIAN(
      Part.PING,
      "ping, 500 at 2 ms, fresh daemons: median",
      "ms",
      "%.3f",
      Goal.ratio(AT_MOST, 0.7)),
  PING_P99(
      Part.PING, "ping, 500 at 2 ms, fresh daemons: 99 %%", "ms", "%.3f", Goal.ratio(AT_MOST, 1)),
  AFTER_MEDIAN(
      Part.AFTER,
      "ping, 500 at 2 ms, after the load: median",
      "ms",
      "%.3f",
      Goal.ratio(AT_MOST, 0.7)),
  AFTER_P99(
      Part.AFTER, "ping, 500 at 2 ms, after the load: 99 %%", "ms", "%.3f", Goal.ratio(AT_MOST, 1)),
  HANDSHAKES(
      Part.HANDSHAKES,
      "handshakes answered per second of processor time",
      "1/s",
      "%.0f",
      Goal.ratio(AT_LEAST, 1)),
  FLOOD_CALM(
      Part.FLOOD,
      "TCP, 1 stream, before a flood of forged initiations",
      "Gbit/s",
      "%.2f",
      Goal.NONE),
  FLOOD_DROPPED(
      Part.FLOOD,
      "TCP, 1 stream, beside that flood, dropped by the kernel before the daemon",
      "Gbit/s",
      "%.2f",
      Goal.NONE),
  FLOOD_DROPPED_RATE(
      Part.FLOOD, "forged initiations dropped before the daemon", "1000/s", "%.0f", Goal.NONE),
  FLOOD(Part.FLOOD, "TCP, 1 stream, under that flood", "Gbit/s", "%.2f", Goal.NONE),
  FLOOD_RATE(Part.FLOOD, "forged initiations sent to the daemon", "1000/s", "%.0f", Goal.NONE),
  FLOOD_KEPT(
      Part.FLOOD,
      "TCP kept under the flood, of that beside the dropped flood",
      "ratio",
      "%.2f",
      Goal.first(AT_LEAST, 0.8)),
  FLOOD_KEPT_OF_CALM(
      Part.FLOOD,
      "TCP kept under the flood, of that before the flood took a core",
      "ratio",
      "%.2f",
      Goal.NONE),
  FORWARD_TUN(
      Part.FORWARD, "TCP, 1 stream, TUN to TUN, beside the forward", "Gbit/s", "%.2f", Goal.NONE),
  FORWARD(
      Part.FORWARD,
      "TCP, 1 stream, by a forward without an interface to a TUN",
      "Gbit/s",
      "%.2f",
      Goal.NONE),
  FORWARD_RATIO(Part.FORWARD, "forward : TUN", "ratio", "%.2f", Goal.first(AT_LEAST, 0.6)),
  FORWARD_TUN_REVERSE(
      Part.FORWARD,
      "TCP, 1 stream, TUN to TUN, beside the forward, reverse",
      "Gbit/s",
      "%.2f",
      Goal.NONE),
  FORWARD_REVERSE(
      Part.FORWARD,
      "TCP, 1 stream, from a TUN by a forward without an interface, reverse",
      "Gbit/s",
      "%.2f",
      Goal.NONE),
  FORWARD_RATIO_REVERSE(
      Part.FORWARD, "forward : TUN, reverse", "ratio", "%.2f", Goal.first(AT_LEAST, 0.6)),
  FORWARD_PEAK_MEMORY(
      Part.FORWARD, "resident memory of the forward after these", "MB", "%.0f", Goal.NONE),
  FORWARD_CONNECTIONS(
      Part.FORWARD,
      "connections by a fresh forward, 10,000 one after the other by 32"
          + " threads, each with a byte back",
      "1/s",
      "%.0f",
      Goal.NONE),
  FORWARD_BASE_MEMORY(
      Part.FORWARD, "resident memory of the forward before them", "MB", "%.0f", Goal.NONE),
  FORWARD_MEMORY(
      Part.FORWARD,
      "resident memory of the forward with those 10,000 idle",
      "MB",
      "%.0f",
      Goal.first(BELOW, 200)),
  FORWARD_HEAP(Part.FORWARD, "of that, heap in use, garbage included", "MB", "%.0f", Goal.NONE),
  IDLE_MEMORY(
      Part.MEMORY,
      "resident memory, idle with 10 peers, per side",
      "MB",
      "%.0f",
      Goal.first(BELOW, 100)),
  PEAK_MEMORY(
      Part.AFTER,
      "peak resident memory after the load, per side",
      "MB",
      "%.0f",
      Goal.ratio(BELOW, 0.5));

  private final Part part;
  private final String title;
  private final String unit;
  private final String format;

  @SuppressWarnings("ImmutableEnumChecker") // a record of a number and two enums
  private final Goal goal;

  Measure(Part part, String title, String unit, String format, Goal goal) {
    this.part = part;
    this.title = title;
    this.unit = unit;
    this.format = format;
    this.goal = goal;
  }

  Part part() {
    return part;
  }

  Goal goal() {
    return goal;
  }

  /** The row's name; some rows name the implementations. */
  String title(String first, String second) {
    return String.format(Locale.ROOT, title + " (" + unit + ")", first, second);
  }

  String format(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  /** What of the second implementation this is compared with. */
  Measure counterpart() {
    return part == Part.MIXED ? TCP : this;
  }
}
