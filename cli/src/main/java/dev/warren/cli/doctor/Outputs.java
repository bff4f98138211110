package dev.warren.cli.doctor;

import dev.warren.cli.doctor.Facts.Echo;
import dev.warren.config.InterfaceAddress;
import dev.warren.packet.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code ping} and {@code ip} print, read. */
final class Outputs {
  private Outputs() {}

  /**
   * A route as {@code ip route get} says it.
   *
   * @param device null when there is none
   */
  record RouteLine(@Nullable String device, boolean local, int mtuBytes, String trouble) {}

  static RouteLine route(int exitStatus, String text) {
    List<String> words = Arrays.asList(text.strip().split("\\s+", -1));
    if (exitStatus != 0) {
      String line = text.strip();
      String said = line.startsWith("RTNETLINK answers: ") ? line.substring(19) : line;
      return new RouteLine(null, false, 0, said);
    }
    String device = after(words, "dev");
    String mtu = after(words, "mtu");
    return new RouteLine(
        device, words.contains("local"), mtu == null ? 0 : number(mtu), device == null ? text : "");
  }

  /** The addresses of {@code ip -o address show}. */
  static List<InterfaceAddress> addresses(String text) {
    List<InterfaceAddress> addresses = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      List<String> words = Arrays.asList(line.strip().split("\\s+", -1));
      String inet = after(words, "inet");
      String written = inet == null ? after(words, "inet6") : inet;
      if (written == null) {
        continue;
      }
      int slash = written.indexOf('/');
      IpAddress address = IpAddress.parse(slash < 0 ? written : written.substring(0, slash));
      if (address != null) {
        int length = slash < 0 ? address.bits() : number(written.substring(slash + 1));
        addresses.add(new InterfaceAddress(address, length));
      }
    }
    return addresses;
  }

  /** What became of pings, of iputils or busybox. */
  static Echo ping(int exitStatus, String text) {
    if (exitStatus == 0) {
      return Echo.ANSWERED;
    }
    if (text.contains("filtered") || text.contains("rohibited")) {
      return Echo.FORBIDDEN;
    }
    if (text.contains("Host Unreachable")
        || text.contains("Net Unreachable")
        || text.contains("Address unreachable")
        || text.contains("No route")
        || text.contains("Network is unreachable")) {
      return Echo.UNREACHABLE;
    }
    return text.contains("transmitted") ? Echo.SILENT : Echo.UNKNOWN;
  }

  private static @Nullable String after(List<String> words, String word) {
    int at = words.indexOf(word);
    return at < 0 || at + 1 >= words.size() ? null : words.get(at + 1);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
