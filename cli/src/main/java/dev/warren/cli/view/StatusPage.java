package dev.warren.cli.view;

import dev.warren.cli.terminal.Ink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The status as lines of text.
 *
 * <p><b>Shape:</b> for each interface a line of its own, and for each peer two: the first in
 * columns, the second in words.
 *
 * <p><b>Owner:</b> one thread.
 */
final class StatusPage {
  /** What is shown to no terminal, or to one that does not say its width. */
  static final int UNLIMITED = Integer.MAX_VALUE;

  private static final int MIN_NAME = 8;
  private static final int MAX_NAME = 44;

  /** All columns but the name: indent, state, handshake, two numbers, and the space between. */
  private static final int OTHER_COLUMNS = 2 + 2 + 5 + 2 + 16 + 2 + 13 + 1 + 13;

  /** A class, since a lambda costs more to start than the rest of the page. */
  private static final Comparator<Tunnel.Peer> NEWEST_FIRST =
      new Comparator<>() {
        @Override
        public int compare(Tunnel.Peer one, Tunnel.Peer other) {
          return Long.compare(other.handshakeSeconds(), one.handshakeSeconds());
        }
      };

  private final Ink ink;
  private final int columns;
  private final List<String> lines = new ArrayList<>();

  private StatusPage(Ink ink, int columns) {
    this.ink = ink;
    this.columns = columns;
  }

  /**
   * The page.
   *
   * @param earlier a sample to reckon rates from, or null for totals alone
   */
  static List<String> of(Sample sample, @Nullable Sample earlier, Ink ink, int columns) {
    StatusPage page = new StatusPage(ink, columns);
    Map<String, Sample.Rate> rates = sample.ratesSince(earlier);
    for (Tunnel tunnel : sample.tunnels()) {
      if (!page.lines.isEmpty()) {
        page.lines.add("");
      }
      page.add(tunnel, rates, sample.epochSeconds(), earlier != null);
    }
    if (page.lines.isEmpty()) {
      page.lines.add("no tunnels: no WireGuard is running here (`warren up NAME' starts one)");
    }
    return page.lines;
  }

  private void add(
      Tunnel tunnel, Map<String, Sample.Rate> rates, long nowSeconds, boolean withRates) {
    String trouble = tunnel.trouble();
    if (trouble != null) {
      lines.add(ink.boldGreen(tunnel.name()) + ": " + ink.red(trouble));
      return;
    }
    List<Tunnel.Peer> peers = new ArrayList<>(tunnel.peers());
    peers.sort(NEWEST_FIRST);
    List<Condition> conditions = new ArrayList<>();
    int up = 0;
    int nameColumns = MIN_NAME;
    for (Tunnel.Peer peer : peers) {
      Sample.Rate rate = rates.get(Sample.key(tunnel, peer));
      boolean sending = rate != null && rate.sending() > 0;
      Condition condition = Condition.of(tunnel, peer, sending, nowSeconds);
      conditions.add(condition);
      up += condition.state() == Condition.State.UP ? 1 : 0;
      nameColumns = Math.max(nameColumns, title(peer).length());
    }
    nameColumns = Math.min(nameColumns, Math.min(MAX_NAME, columns - OTHER_COLUMNS));
    lines.add(heading(tunnel, up));
    if (peers.isEmpty()) {
      return;
    }
    lines.add("");
    addRow(
        ink.bold(Ink.left("peer", nameColumns)),
        ink.bold("state"),
        ink.bold(Ink.left("latest handshake", 16)),
        ink.bold(Ink.right(withRates ? "receiving" : "received", 13)),
        ink.bold(Ink.right(withRates ? "sending" : "sent", 13)));
    for (int i = 0; i < peers.size(); i++) {
      Tunnel.Peer peer = peers.get(i);
      Sample.Rate rate = rates.get(Sample.key(tunnel, peer));
      Condition condition = conditions.get(i);
      addRow(
          ink.boldYellow(Ink.left(Ink.shorten(title(peer), nameColumns), nameColumns)),
          state(condition.state()),
          Ink.left(ago(peer.handshakeSeconds(), nowSeconds), 16),
          Ink.right(withRates ? perSecond(rate, true) : Words.bytes(peer.receivedBytes()), 13),
          Ink.right(withRates ? perSecond(rate, false) : Words.bytes(peer.sentBytes()), 13));
      addWords(peer, condition, withRates);
    }
  }

  private String heading(Tunnel tunnel, int up) {
    StringBuilder line = new StringBuilder(ink.boldGreen(tunnel.name())).append(": ");
    line.append(tunnel.up() ? "up" : ink.boldRed("down"));
    if (tunnel.listenPort() != 0) {
      line.append(", port ").append(tunnel.listenPort());
    }
    int count = tunnel.peers().size();
    if (count == 0) {
      return line.append(", no peers").toString();
    }
    return line.append(", ")
        .append(up)
        .append(" of ")
        .append(Words.count(count, "peer"))
        .append(" up")
        .toString();
  }

  private void addRow(String name, String state, String handshake, String in, String out) {
    lines.add("  " + name + "  " + state + "  " + handshake + "  " + in + " " + out);
  }

  private void addWords(Tunnel.Peer peer, Condition condition, boolean withRates) {
    String line = "    " + condition.reason();
    boolean any = peer.receivedBytes() != 0 || peer.sentBytes() != 0;
    String totals =
        "; "
            + Words.bytes(peer.receivedBytes())
            + " received, "
            + Words.bytes(peer.sentBytes())
            + " sent";
    if (withRates && any && line.length() + totals.length() <= columns) {
      line += totals;
    }
    lines.add(line);
  }

  private String state(Condition.State state) {
    String word = Ink.left(state.word(), 5);
    return switch (state) {
      case UP -> ink.green(word);
      case STALE -> ink.yellow(word);
      case NEVER -> ink.red(word);
    };
  }

  private static String title(Tunnel.Peer peer) {
    String name = peer.name();
    return name == null ? peer.publicKey() : name;
  }

  private static String ago(long handshakeSeconds, long nowSeconds) {
    if (handshakeSeconds == 0) {
      return "-";
    }
    long age = nowSeconds - handshakeSeconds;
    return age < 0 ? "in the future" : age == 0 ? "now" : Words.span(age) + " ago";
  }

  private static String perSecond(Sample.@Nullable Rate rate, boolean receiving) {
    if (rate == null) {
      return "-";
    }
    long bytes = receiving ? rate.receiving() : rate.sending();
    return bytes == 0 ? "-" : Words.bytes(bytes) + "/s";
  }
}
