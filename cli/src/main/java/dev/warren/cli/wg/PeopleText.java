package dev.warren.cli.wg;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What {@code wg show} writes for people.
 *
 * <p><b>Units:</b> 1 KiB is 1024 bytes; a year has 365 days.
 *
 * <p><b>Source:</b> wireguard-tools' {@code show.c}: {@code pretty_print}, {@code terminal.c}.
 */
final class PeopleText {
  private static final String RESET = "\u001b[0m";
  private static final String BOLD = "\u001b[1m";
  private static final String RED = "\u001b[31m";
  private static final String GREEN = "\u001b[32m";
  private static final String YELLOW = "\u001b[33m";
  private static final String CYAN = "\u001b[36m";

  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long YEAR = 365 * DAY;

  private final ByteText out;
  private final boolean colored;
  private final boolean keysShown;
  private final long now;

  /**
   * Writes to {@code out}.
   *
   * @param now seconds since the epoch
   */
  PeopleText(ByteText out, boolean colored, boolean keysShown, long now) {
    this.out = out;
    this.colored = colored;
    this.keysShown = keysShown;
    this.now = now;
  }

  void show(InterfaceState device) {
    color(RESET);
    title("interface", GREEN, device.name());
    String privateKey = device.privateKey();
    String publicKey = device.publicKey();
    if (privateKey != null && publicKey != null) {
      label("public key").add(publicKey).add('\n');
      label("private key").add(keysShown ? privateKey : "(hidden)").add('\n');
    }
    if (device.listenPort() != 0) {
      label("listening port").add(device.listenPort()).add('\n');
    }
    if (device.fwmark() != 0) {
      label("fwmark").add("0x").add(Integer.toHexString(device.fwmark())).add('\n');
    }
    for (PeerState peer : sorted(device.peers())) {
      out.add('\n');
      show(peer);
    }
  }

  private void show(PeerState peer) {
    title("peer", YELLOW, peer.publicKey());
    String presharedKey = keysShown ? peer.presharedKey() : "(hidden)";
    if (peer.hasPresharedKey() && presharedKey != null) {
      label("preshared key").add(presharedKey).add('\n');
    }
    String endpoint = peer.endpoint();
    if (endpoint != null) {
      label("endpoint").add(endpoint).add('\n');
    }
    label("allowed ips");
    allowedIps(peer);
    if (peer.handshakeSeconds() != 0) {
      label("latest handshake");
      ago(peer.handshakeSeconds());
      out.add('\n');
    }
    if (peer.rxBytes() != 0 || peer.txBytes() != 0) {
      label("transfer");
      bytes(peer.rxBytes());
      out.add(" received, ");
      bytes(peer.txBytes());
      out.add(" sent\n");
    }
    if (peer.persistentKeepalive() != 0) {
      label("persistent keepalive").add("every ");
      span(peer.persistentKeepalive());
      out.add('\n');
    }
  }

  private void title(String what, String color, String name) {
    color(color);
    color(BOLD);
    out.add(what);
    color(RESET);
    out.add(": ");
    color(color);
    out.add(name);
    color(RESET);
    out.add('\n');
  }

  private ByteText label(String label) {
    out.add("  ");
    color(BOLD);
    out.add(label);
    color(RESET);
    return out.add(": ");
  }

  private void unit(String unit) {
    out.add(' ');
    color(CYAN);
    out.add(unit);
    color(RESET);
  }

  private void color(String code) {
    if (colored) {
      out.add(code);
    }
  }

  private void allowedIps(PeerState peer) {
    if (peer.allowedIps().isEmpty()) {
      out.add("(none)");
    }
    boolean first = true;
    for (String prefix : peer.allowedIps()) {
      int slash = prefix.indexOf('/');
      out.add(first ? "" : ", ").add(prefix.substring(0, slash));
      color(CYAN);
      out.add('/');
      color(RESET);
      out.add(prefix.substring(slash + 1));
      first = false;
    }
    out.add('\n');
  }

  /** How long ago a moment was. */
  void ago(long epochSeconds) {
    if (now == epochSeconds) {
      out.add("Now");
    } else if (now < epochSeconds) {
      out.add('(');
      color(RED);
      out.add("System clock wound backward; connection problems may ensue.");
      color(RESET);
      out.add(')');
    } else {
      span(now - epochSeconds);
      out.add(" ago");
    }
  }

  /** A number of seconds in words. */
  void span(long seconds) {
    boolean first = part(seconds / YEAR, "year", true);
    first = part(seconds % YEAR / DAY, "day", first);
    first = part(seconds % DAY / HOUR, "hour", first);
    first = part(seconds % HOUR / MINUTE, "minute", first);
    part(seconds % MINUTE, "second", first);
  }

  private boolean part(long count, String unit, boolean first) {
    if (count == 0) {
      return first;
    }
    if (!first) {
      out.add(", ");
    }
    out.add(count);
    unit(count == 1 ? unit : unit + "s");
    return false;
  }

  /** An unsigned number of bytes. */
  void bytes(long count) {
    if (count >= 0 && count < 1024) {
      out.add(count);
      unit("B");
    } else if (count >= 0 && count < 1L << 20) {
      scaled(count, 10, "KiB");
    } else if (count >= 0 && count < 1L << 30) {
      scaled(count, 20, "MiB");
    } else if (count >= 0 && count < 1L << 40) {
      scaled(count, 30, "GiB");
    } else {
      scaled(count, 40, "TiB");
    }
  }

  /**
   * Writes {@code count} divided by a power of two with two digits, as {@code %.2f} writes that
   * quotient: the nearest, of two equally near the even one.
   */
  private void scaled(long count, int shift, String unit) {
    long value = count;
    if (Long.compareUnsigned(value, 1L << 53) >= 0) {
      // As the original does: a double holds 53 bits, so the last ones are rounded first.
      int over = 64 - Long.numberOfLeadingZeros(value) - 53;
      long half = 1L << (over - 1);
      long rest = value & ((1L << over) - 1);
      value >>>= over;
      if (rest > half || (rest == half && (value & 1) != 0)) {
        value++;
      }
      value <<= over;
      if (value == 0) {
        // Rounded up to 2^64.
        out.add(1L << (64 - shift)).add(".00");
        unit(unit);
        return;
      }
    }
    long whole = value >>> shift;
    long rest = (value & ((1L << shift) - 1)) * 100;
    long hundredths = rest >>> shift;
    long beyond = rest & ((1L << shift) - 1);
    long half = 1L << (shift - 1);
    if (beyond > half || (beyond == half && (hundredths & 1) != 0)) {
      hundredths++;
    }
    whole += hundredths / 100;
    hundredths %= 100;
    out.add(whole).add('.').add((char) ('0' + hundredths / 10)).add((char) ('0' + hundredths % 10));
    unit(unit);
  }

  /** The latest handshake first, those without one last, otherwise the daemon's order. */
  private static List<PeerState> sorted(List<PeerState> peers) {
    for (PeerState peer : peers) {
      if (peer.handshakeSeconds() != 0 || peer.handshakeNanos() != 0) {
        List<PeerState> sorted = new ArrayList<>(peers);
        sorted.sort(new LatestFirst());
        return sorted;
      }
    }
    return peers;
  }

  private static final class LatestFirst implements Comparator<PeerState> {
    @Override
    public int compare(PeerState a, PeerState b) {
      int seconds = Long.compare(b.handshakeSeconds(), a.handshakeSeconds());
      return seconds != 0 ? seconds : Long.compare(b.handshakeNanos(), a.handshakeNanos());
    }
  }
}
