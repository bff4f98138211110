package dev.warren.interop.speed;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Rows that are measured together, by the names that {@code --rows} takes. */
enum Part {
  MEMORY("resident memory of idle daemons with 10 peers", 0, 0),
  PING("round trips of fresh daemons", 2, 0),
  TCP("throughput of TCP and what it costs", 6, 4),
  UDP("UDP flooded, 1300 bytes", 2, 2),
  UDP_RATE("the highest rate of UDP with under 1 % lost, searched for", 45, 0),
  SMALL("UDP flooded, 64 bytes", 1, 1),
  AFTER("round trips and peak memory after what was selected of the above", 2, 0),
  MIXED("TCP between the two implementations; brings tcp with it", 10, 2),
  HANDSHAKES("what a handshake costs its responder", 10, 1),
  FLOOD("TCP under forged initiations", 14, 3),
  FORWARD("TCP through a forward without an interface, beside the TUN; Warren alone", 30, 8);

  private final String description;
  private final int fixedSeconds;
  private final int streams;

  Part(String description, int fixedSeconds, int streams) {
    this.description = description;
    this.fixedSeconds = fixedSeconds;
    this.streams = streams;
  }

  /** How long it takes one implementation, roughly. */
  int estimateSeconds(int secondsPerStream) {
    return fixedSeconds + streams * secondsPerStream;
  }

  String description() {
    return description;
  }

  /** How the command line calls it. */
  String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Part> named(String option) {
    return Arrays.stream(values()).filter(part -> part.option().equals(option)).findFirst();
  }

  /** Those measured on one pair of daemons, one after the other. */
  static Set<Part> ofOnePair() {
    return EnumSet.range(MEMORY, AFTER);
  }
}
